export * from "./audit";
export type { DeployAccess } from "./deploy-access";
export { deployPolicy, deployTrust, DEPLOY_ROWS, statePolicy } from "./deploy-policy";
export * from "./document";
export { isKeyArn, isKeyNamed, KEY_NAME, namedKeyReference } from "./key-name";
export { DELETION_GUARD, keyOwnerPolicy, keyPolicy, keyUserPolicy, KEY_ROWS } from "./key-policy";
export {
  MAX_KEY_POLICY_SIZE,
  type Copier,
  type CopyService,
  type KeyAccess,
  type KeyDeclaration,
  type KeyEnvironment,
  type KeyUsers,
} from "./keys";
export { KEY_SHARE_ROWS, SHARING_SERVICES, type KeyShares, type SharingService } from "./key-shares";
export {
  grantIssuerPolicy,
  LAUNCH_GRANT_ISSUER_ROWS,
  LAUNCH_GRANT_KEY_ROWS,
  type GrantIssuerAccess,
} from "./launch-grant-rows";
export {
  granteeArns,
  LAUNCH_OPERATIONS,
  type GrantIssuer,
  type LaunchGrants,
  type LaunchOperation,
  type ServiceLinkedRole,
} from "./launch-grants";
export { paginate, type PolicyPages } from "./pages";
export { proofTarget, renderPolicy, terraformTarget, type RenderTarget } from "./render";
export type { Basis, PermissionRow, RowGrant } from "./row";
export {
  keyRolePolicy,
  KEY_ROLE_ROWS,
  rolePolicy,
  ROLE_ROWS,
  type BucketUseByRole,
  type KeyUseByRole,
  type RoleAccess,
  type RoleOfKey,
} from "./roles";
export {
  overflowPolicyPrefix,
  type CopyOrigin,
  type ImageBucketUse,
  type KeyUse,
  type RunnerAccess,
  type StoredAccess,
} from "./runner";
export { runnerTrust, RUNNER_TRUST_ROWS } from "./runner-policy";
export { hasDeletionGuard, withDeletionGuard, withoutDeletionGuard } from "./deletion-guard";
export * from "./s3";
