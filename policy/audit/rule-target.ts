import { formatArn } from "@keyferry/common";
import type { Statement } from "../document";
import type { KeyEnvironment } from "../keys";
import { statementsOf, type PermissionRow } from "../row";

/** A topic or a queue to which rules of EventBridge send events. */
export type RuleTarget =
  | {
      /** ARN of the topic. */
      readonly topicArn: string;
    }
  | {
      /** ARN of the queue. */
      readonly queueArn: string;
      /** The account and Region of the rules. */
      readonly environment: KeyEnvironment;
      /** Names of the rules, on the default event bus. */
      readonly ruleNames: readonly string[];
    };

const SOURCE = "EventBridge user guide, Using resource-based policies for Amazon EventBridge";
const EVENT_BRIDGE = { Service: ["events.amazonaws.com"] };

/** The permission table: the policy of a topic or a queue that receives events from rules. */
export const RULE_TARGET_ROWS: readonly PermissionRow<RuleTarget>[] = [
  {
    id: "EventBridgePublishes",
    actions: ["sns:Publish"],
    basis: "enforced",
    why: "EventBridge publishes the events of rules to the topic; its requests meet no condition in the policy of a topic, so a statement with a condition would allow nothing",
    source: `${SOURCE}, Amazon SNS permissions`,
    grant: (target) =>
      "topicArn" in target ? { principal: EVENT_BRIDGE, resources: [target.topicArn] } : undefined,
  },
  {
    id: "EventBridgeSends",
    actions: ["sqs:SendMessage"],
    basis: "enforced",
    why: "EventBridge sends the events of these rules, and of no other rule, to the queue",
    source: `${SOURCE}, Amazon SQS permissions`,
    grant: (target) => {
      if ("topicArn" in target) return undefined;
      const { queueArn, environment, ruleNames } = target;
      const ruleArn = (name: string) =>
        formatArn({
          partition: environment.partition,
          service: "events",
          region: environment.region,
          account: environment.account,
          resource: `rule/${name}`,
        });
      return {
        principal: EVENT_BRIDGE,
        resources: [queueArn],
        conditions: { ArnEquals: { "aws:SourceArn": ruleNames.map(ruleArn) } },
      };
    },
  },
];

/** The permission table: the policy of the customer managed key of such a topic or queue. */
export const RULE_TARGET_KEY_ROWS: readonly PermissionRow<RuleTarget>[] = [
  {
    id: "EventBridgeEncryptsEvents",
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    basis: "enforced",
    why: "the topic or the queue encrypts each event with the permissions of EventBridge, which sends it; the request to KMS names neither an account nor a rule, so a statement with such a condition would allow nothing",
    source:
      "SNS developer guide, Managing Amazon SNS encryption keys; SQS developer guide, Amazon SQS Key management",
    grant: () => ({ principal: EVENT_BRIDGE, resources: ["*"] }),
  },
];

/** The statements of the policy of the topic or the queue. */
export function ruleTargetPolicy(target: RuleTarget): readonly Statement[] {
  return statementsOf(RULE_TARGET_ROWS, target);
}

/** The statements of the policy of its key. */
export function ruleTargetKeyPolicy(target: RuleTarget): readonly Statement[] {
  return statementsOf(RULE_TARGET_KEY_ROWS, target);
}
