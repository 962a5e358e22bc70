export type * from "./audit";
/** The results of the commands, as data: printed as tables for people, and as JSON for machines. */
export type * from "./clean";
export type * from "./groups";
export type * from "./keys";
export type * from "./manifest";
export type * from "./outside";
export type * from "./plan";
export type * from "./rekey";
export type * from "./replication";
export type * from "./report";
export type * from "./rollback";
export type * from "./routes";
export type * from "./status";
export type * from "./unexplained-share";
export type * from "./unlock";
export type * from "./unproved-copy";
export type * from "./verification";
