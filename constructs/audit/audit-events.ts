/** The events that `AuditRules` can send. docs/audit.md describes the source of each. */
export type AuditEvent =
  | "failed-snapshot-copies"
  | "failed-images"
  | "keys-endangered"
  | "keys-deleted"
  | "keys-rotated"
  | "material-expired"
  | "trails-changed";

/** An event that `AuditRules` can send. */
export interface AuditEventDefinition {
  /** What happened; becomes the rule's description. */
  readonly description: string;
  /** An event pattern of EventBridge, on the default event bus. */
  readonly pattern: object;
}

/** Calls that CloudTrail reports, including refused attempts. EventBridge receives them only if a trail logs management events. */
function calls(service: string, eventName: readonly string[]): object {
  return {
    source: [`aws.${service}`],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName },
  };
}

/** Events that KMS itself sends. Source: KMS developer guide, Monitor KMS keys with Amazon EventBridge. */
function ofKms(detailType: string): object {
  return { source: ["aws.kms"], "detail-type": [detailType] };
}

/** The events, by the name that the rule's name contains. */
export const AUDIT_EVENTS: Readonly<Record<AuditEvent, AuditEventDefinition>> = {
  "failed-snapshot-copies": {
    description: "A snapshot could not be copied: EBS names the cause",
    // Source: EBS user guide, Amazon EventBridge events for Amazon EBS.
    pattern: {
      source: ["aws.ec2"],
      "detail-type": ["EBS Snapshot Notification"],
      detail: { event: ["copySnapshot"], result: ["failed"] },
    },
  },
  "failed-images": {
    description: "An image could not be copied, restored or registered: EC2 names the error",
    // Source: EC2 user guide, Monitor AMI events using Amazon EventBridge.
    pattern: {
      source: ["aws.ec2"],
      "detail-type": ["EC2 AMI State Change"],
      detail: { State: ["failed"] },
    },
  },
  "keys-endangered": {
    description: "Somebody schedules the deletion of a key, disables it, or deletes its imported material",
    pattern: calls("kms", ["ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"]),
  },
  "keys-deleted": {
    description: "KMS has deleted a key, and what is under it is lost",
    pattern: ofKms("KMS CMK Deletion"),
  },
  "keys-rotated": {
    description: "KMS has rotated the material of a key",
    pattern: ofKms("KMS CMK Rotation"),
  },
  "material-expired": {
    description: "Imported material has expired, and its key cannot be used until it is imported again",
    pattern: ofKms("KMS Imported Key Material Expiration"),
  },
  "trails-changed": {
    description: "Somebody stops, deletes or changes a trail, or what it logs",
    pattern: calls("cloudtrail", ["StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors"]),
  },
};

/** All events, in the order of the table. */
export const ALL_AUDIT_EVENTS = Object.keys(AUDIT_EVENTS) as readonly AuditEvent[];
