export * from "./bomb";
export * from "./carried";
export * from "./foundation";
export * from "./script-process";
export * from "./virtual-clock";
export * from "./virtual-cloud";
