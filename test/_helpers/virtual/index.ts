export * from "./bomb";
export * from "./carried";
export * from "./command";
export * from "./foundation";
export * from "./owned";
export * from "./script-process";
export * from "./virtual-clock";
export * from "./virtual-cloud";
