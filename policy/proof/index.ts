export {
  anybodyOf,
  autoScalingSession,
  callOf,
  sessionOf,
  type Caller,
  type ProofCall,
  type Question,
} from "./call";
export { deniedAround } from "./denied";
export { distinctDenied } from "./distinct-denied";
export { ALLOWS_EVERYTHING, isStandIn, type ProofDocuments, type RoleDocuments } from "./documents";
export {
  defaultKeyCalls,
  destinationKeyCalls,
  destinationKeyQuestions,
  findKeyCalls,
  launchKeyCalls,
  listAliasesCalls,
  readKeyCalls,
  sourceKeyCalls,
  sourceKeyQuestions,
} from "./kms-calls";
export type { Outside } from "./outside";
export { partiesBefore, partiesByName, partiesInEachAccount, type PartiesOf } from "./parties";
export { judgeCall, refusedCalls } from "./prove";
export { isProvedRefused, judgeDenied, type DeniedCall, type Refuser } from "./refuser";
export {
  ownerCalls,
  readSourceCalls,
  refusedToOwner,
  replicatorSession,
  writeReplicaCalls,
  type OwnBucket,
  type WrittenBucket,
} from "./s3-calls";
export {
  bookCalls,
  enterCalls,
  findAutoScalingRoleCalls,
  findPublishedCalls,
  groupLookCalls,
  launchLookCalls,
  makeAutoScalingRoleCalls,
  publishCalls,
  publishQuestions,
  quotaCalls,
  readRoleCalls,
  refreshCalls,
  settingsCalls,
  tidyCalls,
} from "./script-calls";
