export { anybodyOf, autoScalingSession, callOf, sessionOf, type Caller, type ProofCall } from "./call";
export { deniedAround, judgeDenied, type DeniedCall, type Outside, type Refuser } from "./denied";
export { ALLOWS_EVERYTHING, isStandIn, type ProofDocuments, type RoleDocuments } from "./documents";
export {
  defaultKeyCalls,
  destinationKeyCalls,
  findKeyCalls,
  launchKeyCalls,
  listAliasesCalls,
  readKeyCalls,
  sourceKeyCalls,
} from "./kms-calls";
export { firstLeak, firstRefused, isProvedRefused, judgeCall } from "./prove";
export {
  allowedImagesCalls,
  bookCalls,
  copyCalls,
  copyFromCalls,
  enterCalls,
  findPublishedCalls,
  finishCalls,
  groupLookCalls,
  launchLookCalls,
  lookCalls,
  lookForUsesCalls,
  makeAutoScalingRoleCalls,
  protectCalls,
  publishCalls,
  quotaCalls,
  readRoleCalls,
  refreshCalls,
  removeCalls,
  settingsCalls,
  shareCalls,
  tidyCalls,
} from "./script-calls";
