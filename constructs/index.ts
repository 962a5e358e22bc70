/** The public library: constructs for encrypted images, usable in any stack; plain props, no topology. */
export * from "./ec2";
export * from "./iam";
export * from "./kms";
/** The key policy that lets in whoever works with a key, Auto Scaling included; for `CustomerManagedKey`. */
export { DELETION_GUARD, keyPolicy } from "../policy";
export type { KeyDeclaration, KeyReference, Statement } from "../policy";
