/** The public library: constructs for encrypted images, usable in any stack; plain props, no topology. */
export * from "./audit";
export * from "./ec2";
export * from "./iam";
export * from "./kms";
export * from "./s3";
/** The policy statement that denies scheduling the deletion of a key to all principals; every `CustomerManagedKey` that is retained has it. */
export { DELETION_GUARD } from "../policy";
export type { RoleOfAnotherAccount } from "./role-of-another-account";
export type {
  BucketUseByRole,
  GrantIssuer,
  KeyEnvironment,
  KeyReference,
  KeyUseByRole,
  LaunchOperation,
  RoleAccess,
  RoleOfKey,
  ServiceLinkedRole,
  Statement,
} from "../policy";
