export type { AuditEvent } from "./audit-events";
export { AuditRules, type AuditDestination, type AuditRulesProps } from "./audit-rules";
export { AuditTrail, type AuditTrailProps } from "./audit-trail";
export type { TrailLogGroupProps } from "./trail-log-group";
