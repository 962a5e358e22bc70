export { deployPolicy, deployTrust, DEPLOY_ROWS, type DeployAccess } from "./deploy-policy";
export * from "./document";
export { DELETION_GUARD, keyPolicy, KEY_ROWS } from "./key-policy";
export type { Copier, KeyDeclaration } from "./keys";
export { proofTarget, renderPolicy, terraformTarget, type RenderTarget } from "./render";
export type { Basis, PermissionRow, RowGrant } from "./row";
export { overflowPolicyPrefix, type KeyUse, type RunnerAccess } from "./runner";
export { runnerPolicy, runnerTrust, RUNNER_ROWS, RUNNER_TRUST_ROWS } from "./runner-policy";
export { hasDeletionGuard, withDeletionGuard, withoutDeletionGuard } from "./deletion-guard";
