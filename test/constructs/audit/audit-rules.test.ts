import { AuditRules, type AuditRulesProps } from "../../../constructs";
import { addresses, resources, synthesisedScope } from "../../_helpers/synthesised";

const environment = { partition: "aws", account: "111111111111", region: "eu-central-1" };
const topicArn = "arn:aws:sns:eu-central-1:111111111111:alarms";
const queueArn = "arn:aws:sqs:eu-central-1:111111111111:alarms";

function synthesised(props: Partial<AuditRulesProps> = {}) {
  const seen: { policies?: AuditRules["policies"] } = {};
  const stack = synthesisedScope((scope) => {
    const rules = new AuditRules(scope, "rules", {
      namePrefix: "acme",
      destination: { topicArn },
      environment,
      ...props,
    });
    seen.policies = rules.policies;
  });
  return { stack, policies: seen.policies };
}

const patterns = (props?: Partial<AuditRulesProps>) =>
  new Map(
    resources(synthesised(props).stack, "aws_cloudwatch_event_rule").map((rule) => [
      rule["name"],
      JSON.parse(String(rule["event_pattern"])) as unknown,
    ]),
  );

test("each event has a rule with the event pattern that AWS documents", () => {
  const kms = (detailType: string) => ({ source: ["aws.kms"], "detail-type": [detailType] });
  const calls = (service: string, eventName: readonly string[]) => ({
    source: [`aws.${service}`],
    "detail-type": ["AWS API Call via CloudTrail"],
    detail: { eventSource: [`${service}.amazonaws.com`], eventName },
  });
  expect(Object.fromEntries(patterns())).toEqual({
    "acme-failed-snapshot-copies": {
      source: ["aws.ec2"],
      "detail-type": ["EBS Snapshot Notification"],
      detail: { event: ["copySnapshot"], result: ["failed"] },
    },
    "acme-failed-images": {
      source: ["aws.ec2"],
      "detail-type": ["EC2 AMI State Change"],
      detail: { State: ["failed"] },
    },
    "acme-keys-endangered": calls("kms", ["ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"]),
    "acme-keys-deleted": kms("KMS CMK Deletion"),
    "acme-keys-rotated": kms("KMS CMK Rotation"),
    "acme-material-expired": kms("KMS Imported Key Material Expiration"),
    "acme-trails-changed": calls("cloudtrail", [
      "StopLogging",
      "DeleteTrail",
      "UpdateTrail",
      "PutEventSelectors",
    ]),
  });
});

test("only the requested events have rules, and removing a rule does not change the addresses of the others", () => {
  const some = { events: ["keys-deleted", "failed-images", "keys-deleted"] } as const;
  expect([...patterns(some).keys()]).toEqual(["acme-failed-images", "acme-keys-deleted"]);
  const all = addresses(synthesised().stack);
  expect(all).toEqual(expect.arrayContaining([...addresses(synthesised(some).stack)]));
});

test("every rule sends to the destination, and a queue's policy allows only these rules", () => {
  const { stack, policies } = synthesised({ destination: { queueArn }, events: ["keys-deleted"] });
  expect(resources(stack, "aws_cloudwatch_event_target")).toMatchObject([{ arn: queueArn }]);
  expect(JSON.parse(policies?.destinationPolicy ?? "")).toMatchObject({
    Statement: [
      {
        Action: ["sqs:SendMessage"],
        Condition: {
          ArnEquals: {
            "aws:SourceArn": ["arn:aws:events:eu-central-1:111111111111:rule/acme-keys-deleted"],
          },
        },
      },
    ],
  });
  expect(stack.data).toBeUndefined();
});

test.each([
  ["destination.topicArn", { destination: { topicArn: queueArn } }],
  ["destination.topicArn", { destination: { topicArn: `${topicArn}.fifo` } }],
  ["destination.topicArn", { destination: { topicArn: topicArn.replace("eu-central-1", "eu-west-1") } }],
  ["destination.topicArn", { destination: { topicArn: topicArn.replace("111111111111", "222222222222") } }],
  ["destination.queueArn", { destination: { queueArn: topicArn } }],
  ["namePrefix", { namePrefix: "a b" }],
  ["namePrefix", { namePrefix: "a".repeat(41) }],
  ["events", { events: [] }],
  ["events", { events: ["keys-lost" as "keys-deleted"] }],
] as const)("a %s that AWS would refuse is refused: %j", (prop, props) => {
  expect(() => synthesised(props)).toThrow(new RegExp(`${prop} is .*, allowed is `));
});

test("EventBridge accepts the longest possible name of a rule", () => {
  for (const name of patterns({ namePrefix: "a".repeat(40) }).keys())
    expect(String(name).length).toBeLessThanOrEqual(64);
});
