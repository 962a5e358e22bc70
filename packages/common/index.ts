/** Shared by Keyferry, the evaluator and the emulator: AWS's names, Regions and texts, and small helpers for data. */
export * from "./arn";
export * from "./derived";
export * from "./hash";
export * from "./raw";
export * from "./regions";
export * from "./service-linked-roles";
export * from "./texts";
