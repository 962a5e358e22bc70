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

/** Room for the longest event: a rule's name has 64 characters. Source: EventBridge API reference, PutRule. */
const PREFIX = /^[\w.-]{1,40}$/;

/** Where events go: a topic of Amazon SNS, or a queue of Amazon SQS, of the rules' account and Region; no FIFO ones. */
export type AuditDestination = { readonly topicArn: string } | { readonly queueArn: string };

export interface AuditRulesProps {
  /** What the names of the rules begin with: 1 to 40 letters, digits or `._-`. */
  readonly namePrefix: string;
  /** Where events go. Its policy, and that of its key, must let EventBridge in: `policies`. */
  readonly destination: AuditDestination;
  /** What is told. @default - everything */
  readonly events?: readonly AuditEvent[];
  /**
   * The partition, account and Region of the rules, where they are known: then the policy of a queue is known before a plan is made.
   * @default - read from AWS by each plan, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * Of what is made here; they win over those of the provider.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and Region that is watched. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * Rules of Amazon EventBridge that tell what endangers copies and keys of one account and Region: copies that have failed, keys that
 * somebody disables or is about to delete, keys that were deleted or rotated, imported material that has expired, and trails that are
 * changed. One in each Region that has copies or keys. `keys-endangered` and `trails-changed` come from CloudTrail and need a trail that
 * logs management events, as an `AuditTrail` does; a trail's changes are told in its own Region. AWS delivers most events on a best-effort
 * basis: they are no proof that nothing happened.
 * Sources: KMS developer guide, Monitor KMS keys with Amazon EventBridge; EBS user guide, Amazon EventBridge events for Amazon EBS.
 */
export class AuditRules extends Construct {
  /** EventBridge delivers nothing, and says so in the metric `FailedInvocations` alone, until the destination has these statements. */
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
      `the ARN of ${service === "sns" ? "an SNS topic" : "an SQS queue"} of the rules' account and Region that is no FIFO one`,
    );
  }
}
