/** The public library: constructs for encrypted images, usable in any stack; plain props, no topology. */
export * from "./ec2";
export * from "./iam";
export * from "./kms";
export type { KeyReference, Statement } from "../policy";
