import { Testing } from "cdktf";
import { AuditStack } from "../../examples/audit-trail";
import { onlyResource, policyOf, resources, type Synthesised } from "../_helpers/synthesised";

const stack = JSON.parse(Testing.synth(new AuditStack(Testing.app(), "audit"))) as Synthesised;

test("the bucket policy and the key policy both let in the auditors of another account", () => {
  const ofReaders = (type: string) =>
    policyOf(onlyResource(stack, type)).Statement.filter(({ Sid }) => Sid.startsWith("Readers"));
  for (const statement of [...ofReaders("aws_s3_bucket_policy"), ...ofReaders("aws_kms_key")]) {
    expect(statement.Principal).toEqual({ AWS: ["arn:aws:iam::333333333333:root"] });
    expect(statement.Condition?.["ArnEquals"]).toEqual({
      "aws:PrincipalArn": ["arn:aws:iam::333333333333:role/auditor"],
    });
  }
  expect(ofReaders("aws_s3_bucket_policy").map(({ Sid }) => Sid)).toEqual([
    "ReadersListLogs",
    "ReadersReadLogs",
  ]);
  expect(ofReaders("aws_kms_key").map(({ Sid }) => Sid)).toEqual(["ReadersDecryptLogs"]);
});

test("every rule targets the topic, and the topic allows EventBridge to publish", () => {
  const [topic = ""] = Object.keys(stack.resource?.["aws_sns_topic"] ?? {});
  const arn = `\${aws_sns_topic.${topic}.arn}`;
  const targets = resources(stack, "aws_cloudwatch_event_target");
  expect(targets).toHaveLength(resources(stack, "aws_cloudwatch_event_rule").length);
  expect(new Set(targets.map((target) => target["arn"]))).toEqual(new Set([arn]));
  expect(policyOf(onlyResource(stack, "aws_sns_topic_policy")).Statement).toMatchObject([
    { Principal: { Service: ["events.amazonaws.com"] }, Action: ["sns:Publish"], Resource: [arn] },
  ]);
});
