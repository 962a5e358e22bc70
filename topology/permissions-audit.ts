import { formatArn } from "@keyferry/common";
import {
  RULE_TARGET_KEY_ROWS,
  RULE_TARGET_ROWS,
  TRAIL_BUCKET_ROWS,
  TRAIL_KEY_ROWS,
  TRAIL_LOGS_ROWS,
  TRAIL_LOGS_TRUST_ROWS,
  type RuleTarget,
  type TrailAccess,
} from "../policy/audit";
import type { Part } from "./permissions-part";

const TRAIL: TrailAccess = {
  partition: "aws",
  account: "<account>",
  region: "<Region>",
  trailName: "<trail>",
  bucketArn: formatArn({ partition: "aws", service: "s3", region: "", account: "", resource: "<bucket>" }),
  prefix: "",
  retained: true,
  readers: [],
};
const READ: TrailAccess = { ...TRAIL, readers: [{ account: "<other account>", roleName: "<role>" }] };
const LOGGED: TrailAccess = { ...TRAIL, logGroupName: "<log group>" };

export const TRAIL_BUCKET_PART: Part<TrailAccess> = {
  title: "Buckets of trails",
  about: "The policy of the bucket that an `AuditTrail` of `keyferry/constructs` creates.",
  rows: TRAIL_BUCKET_ROWS,
  scopes: { "every bucket of a trail": TRAIL, "trails that roles of other accounts read": READ },
};

export const TRAIL_KEY_PART: Part<TrailAccess> = {
  title: "Keys of trails",
  about: "In the policy of the key of an `AuditTrail`, in addition to the access of its own account.",
  rows: TRAIL_KEY_ROWS,
  scopes: {
    "every key of a trail": TRAIL,
    "trails that roles of other accounts read": READ,
    "trails with a log group": LOGGED,
  },
};

export const TRAIL_LOGS_PART: Part<TrailAccess> = {
  title: "The role with which a trail writes to CloudWatch Logs",
  about: "Of an `AuditTrail` with `logGroup`.",
  rows: TRAIL_LOGS_ROWS,
  scopes: { "trails with a log group": LOGGED },
};

export const TRAIL_LOGS_TRUST_PART: Part<TrailAccess> = {
  title: "Who may become the role with which a trail writes to CloudWatch Logs",
  about: "CloudTrail alone.",
  rows: TRAIL_LOGS_TRUST_ROWS,
  scopes: { "trails with a log group": LOGGED },
};

const arnOf = (service: "sns" | "sqs", resource: string) =>
  formatArn({ partition: "aws", service, region: "<Region>", account: "<account>", resource });

const TOPIC: RuleTarget = { topicArn: arnOf("sns", "<topic>") };
const QUEUE: RuleTarget = {
  queueArn: arnOf("sqs", "<queue>"),
  environment: { partition: "aws", account: "<account>", region: "<Region>" },
  ruleNames: ["<prefix>-keys-endangered"],
};

export const RULE_TARGET_PART: Part<RuleTarget> = {
  title: "Topics and queues that get events of rules",
  about:
    "In the policy of the topic or queue of `AuditRules`. Its owner adds them; `AuditRules` provides them as `policies`.",
  rows: RULE_TARGET_ROWS,
  scopes: { topics: TOPIC, queues: QUEUE },
};

export const RULE_TARGET_KEY_PART: Part<RuleTarget> = {
  title: "Keys of topics and queues that get events of rules",
  about:
    "In the policy of the customer managed key of such a topic or queue. A topic or queue under the AWS managed key cannot receive events from EventBridge.",
  rows: RULE_TARGET_KEY_ROWS,
  scopes: { "keys of topics and queues": TOPIC },
};
