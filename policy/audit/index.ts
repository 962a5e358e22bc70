export type { LogReader, TrailAccess } from "./trail-access";
export { trailArn } from "./trail-access";
export { trailBucketPolicy, TRAIL_BUCKET_ROWS } from "./trail-bucket";
export { trailKeyPolicy, TRAIL_KEY_ROWS } from "./trail-key";
export {
  logGroupArn,
  trailLogsPolicy,
  trailLogsTrust,
  TRAIL_LOGS_ROWS,
  TRAIL_LOGS_TRUST_ROWS,
} from "./trail-logs";
export {
  ruleTargetKeyPolicy,
  ruleTargetPolicy,
  RULE_TARGET_KEY_ROWS,
  RULE_TARGET_ROWS,
  type RuleTarget,
} from "./rule-target";
