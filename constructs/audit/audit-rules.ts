import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Token, type TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { ruleTargetKeyPolicy, ruleTargetPolicy, type KeyEnvironment } from "../../policy";
import { ProviderEnvironment } from "../environment";
import { checkText, propError } from "../props";
import { documentText } from "../s3/bucket-policy-text";
import type { EventDestinationPolicies } from "../s3/replication-events";
import { ALL_AUDIT_EVENTS, AUDIT_EVENTS, type AuditEvent } from "./audit-events";

/** Leaves room for the longest event name: a rule's name has at most 64 characters. Source: EventBridge API reference, PutRule. */
const PREFIX = /^[\w.-]{1,40}$/;

/** Where events are sent: a standard Amazon SNS topic or Amazon SQS queue (not FIFO) in the rules' account and Region. */
export type AuditDestination = { readonly topicArn: string } | { readonly queueArn: string };

export interface AuditRulesProps {
  /** Prefix of the rules' names: 1 to 40 letters, digits or `._-`. */
  readonly namePrefix: string;
  /** Where events are sent. Its policy and the policy of its key must allow EventBridge (see `policies`). */
  readonly destination: AuditDestination;
  /** The events to send. @default - all */
  readonly events?: readonly AuditEvent[];
  /**
   * The partition, account and Region of the rules, if they are known at synthesis. The policy of a queue is then known before a plan is made.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region to monitor. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * Amazon EventBridge rules that report events which endanger copies and keys of one account and Region: failed copies, keys that are
 * disabled or scheduled for deletion, keys that were deleted or rotated, imported key material that has expired, and changed trails.
 * Create one `AuditRules` in each Region that has copies or keys. `keys-endangered` and `trails-changed` come from CloudTrail and need a
 * trail that logs management events, such as an `AuditTrail`. Changes of a trail are reported in its home Region. AWS delivers most of
 * these events on a best-effort basis, so their absence does not prove that nothing happened.
 * Sources: KMS developer guide, Monitor KMS keys with Amazon EventBridge; EBS user guide, Amazon EventBridge events for Amazon EBS.
 */
export class AuditRules extends Construct {
  /** Statements that the destination's policies need. Until they are in place, EventBridge delivers nothing and reports it only in the metric `FailedInvocations`. */
  readonly policies: EventDestinationPolicies;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: AuditRulesProps) {
    super(scope, id);
    checkText(this, "namePrefix", props.namePrefix, PREFIX, "1 to 40 letters, digits or ._-");
    const { destination, provider, tags } = props;
    const arn = "topicArn" in destination ? destination.topicArn : destination.queueArn;
    this.checkDestination("topicArn" in destination ? "sns" : "sqs", arn, props.environment);
    const placement = provider === undefined ? {} : { provider };
    const events = this.checkedEvents(props.events ?? ALL_AUDIT_EVENTS);
    const nameOf = (event: AuditEvent) => `${props.namePrefix}-${event}`;
    for (const event of events) {
      const { description, pattern } = AUDIT_EVENTS[event];
      const rule = new CloudwatchEventRule(this, event, {
        name: nameOf(event),
        description,
        eventPattern: JSON.stringify(pattern),
        ...(tags === undefined ? {} : { tags: { ...tags } }),
        ...placement,
      });
      new CloudwatchEventTarget(this, `${event}-target`, {
        ...{ rule: rule.name, targetId: "destination", arn },
        ...placement,
      });
    }
    const target =
      "topicArn" in destination
        ? destination
        : {
            ...destination,
            environment: props.environment ?? new ProviderEnvironment(this, provider),
            ruleNames: events.map(nameOf),
          };
    this.policies = {
      destinationPolicy: documentText(this, ruleTargetPolicy(target)),
      keyPolicy: documentText(this, ruleTargetKeyPolicy(target)),
    };
  }

  private checkedEvents(events: readonly AuditEvent[]): readonly AuditEvent[] {
    const unknown = events.filter((event) => !ALL_AUDIT_EVENTS.includes(event));
    if (events.length > 0 && unknown.length === 0) return [...new Set(events)];
    throw propError(
      this,
      "events",
      events.length === 0 ? "an empty list" : unknown.join(", "),
      `one or more of ${ALL_AUDIT_EVENTS.join(", ")}`,
    );
  }

  private checkDestination(service: "sns" | "sqs", arn: string, environment?: KeyEnvironment): void {
    const { region = "[a-z0-9-]+", account = "\\d{12}" } = environment ?? {};
    const known = [region, account].map((part) => (Token.isUnresolved(part) ? "[^:]+" : part));
    checkText(
      this,
      service === "sns" ? "destination.topicArn" : "destination.queueArn",
      arn,
      new RegExp(`^arn:[\\w-]+:${service}:${known.join(":")}:(?!.*\\.fifo$)[\\w-]+$`),
      `the ARN of a standard ${service === "sns" ? "SNS topic" : "SQS queue"}, not a FIFO one, in the rules' account and Region`,
    );
  }
}
