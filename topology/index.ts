export * from "./model";
export * from "./names";
export { declaredCopies, type DeclaredCopy } from "./declared-copies";
export { accountWithoutStacks, deployAccess, deployedAccounts, type DeployerUses } from "./deploy-access";
export { homeRegion } from "./home-region";
export {
  declaredKey,
  namedKeyOf,
  namedKeyPurpose,
  issuerOf,
  type LaunchGrant,
  type NamedKey,
  type NamedKeyPurpose,
} from "./keys/named-key";
export { askedKeys, type AskedKey } from "./keys/asked-keys";
export { ownKey } from "./keys/own-keys";
export {
  copyKeyOf,
  declaredGeneration,
  REPLACEABLE_KEYS,
  type CopyKey,
  type ReplaceableKey,
} from "./keys/copy-keys";
export { defineTopology, type TopologyInput } from "./schema";
export {
  isRolledOut,
  readsImageAtLaunch,
  type InstanceRequirements,
  type Launch,
  type LaunchVolume,
  type RefreshPreferences,
} from "./launch/launch";
export { resolveTopology } from "./resolve";
export { replications, topologyBuckets, type Replication, type RuleIntoBucket } from "./buckets/access";
export {
  batchRoleName,
  batchRolePrefix,
  replicateAccess,
  jobReports,
  reEncrypts,
  replicateRoleName,
  replicatesExisting,
} from "./buckets/replicate-access";
export type { BucketDestination, BucketRule, BucketSource, TopologyBucket } from "./buckets/model";
export { bucketKeyAlias, replicationRoleName, replicationRuleId } from "./buckets/names";
export { imageBuckets, type ImageBucket, type ObjectFolder } from "./image-buckets";
export {
  arrivals,
  copyJobs,
  isRegistered,
  isSharedOnWay,
  isStored,
  leavesAccount,
  shareJobs,
  type CopyJob,
} from "./jobs";
export { isShared, SHARED_IMAGES_KEY, sharedImagesKey, sourceKeyAliases } from "./shares";
export { narrowed, selectedJobs, selectedRules, selectJobs, type Selection } from "./selection";
export { resolvePrices, snapshotPrice, transferPrice, type PriceTable } from "./prices";
export { volumeKeys } from "./registered-access";
export { sharedTransfers, transitPlaces, type SharedTransfer } from "./shared-transfers";
export { runnerPolicy, RUNNER_ROWS } from "./runner-rows";
export { snapshotWords, whyTransit } from "./way-reasons";
export type {
  ClosedBecause,
  SourceAndDestination,
  JudgedRoute,
  Route,
  RouteChoice,
} from "../kinds/shared/declare/routes";
export {
  CHOSEN_ROUTES,
  declaredKind,
  declaredKinds,
  rulePath,
  type ChosenRoute,
  type KindName,
} from "../kinds/declared";
export * from "./lock";
export {
  ebsDefaultKeys,
  endKey,
  homeKey,
  keyDeclarations,
  namedKeyDeclarations,
  ownKeyDeclarations,
  runnerAccess,
  transitKey,
} from "./access";
export {
  buildGraph,
  type CopyGraph,
  type CopyNode,
  type CopySource,
  type ShareNode,
  type SourceSnapshot,
  type SourceTraits,
  finalNodeId,
  usualCopyName,
} from "./graph";
