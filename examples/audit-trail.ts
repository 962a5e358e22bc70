import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In a project of one's own: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { AuditRules, AuditTrail } from "../constructs";

const ACCOUNT = "111111111111";
const REGION = "eu-central-1";

/**
 * What an account keeps of who used which key: a trail of all Regions under a key of its own, read by the auditors of another account, and
 * rules that tell the operators at once when a copy fails or a key is in danger.
 */
export class AuditStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    new AwsProvider(this, "aws", { region: REGION, allowedAccountIds: [ACCOUNT] });
    const environment = { partition: "aws", account: ACCOUNT, region: REGION };

    new AuditTrail(this, "trail", {
      trailName: "audit",
      bucketName: "acme-audit-111111111111",
      retentionDays: 2557,
      readers: [{ account: "333333333333", roleName: "auditor" }],
      environment,
    });

    const topic = new SnsTopic(this, "topic", { name: "key-alarms" });
    const rules = new AuditRules(this, "rules", {
      namePrefix: "acme",
      destination: { topicArn: topic.arn },
      environment,
    });
    // A topic's policy is one document: without this nothing arrives.
    new SnsTopicPolicy(this, "topic-policy", {
      arn: topic.arn,
      policy: rules.policies.destinationPolicy,
    });
  }
}
