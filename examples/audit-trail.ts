import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
// In your own project: from "keyferry/constructs", with `moduleResolution` set to node16, nodenext or bundler.
import { AuditRules, AuditTrail } from "../constructs";

const ACCOUNT = "111111111111";
const REGION = "eu-central-1";

/**
 * Records of who used which key in an account: a trail of all Regions under its own key, which the auditors of another account can read,
 * and rules that notify the operators immediately when a copy fails or a key is endangered.
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
    // A topic has one policy document: without this statement no event is delivered.
    new SnsTopicPolicy(this, "topic-policy", {
      arn: topic.arn,
      policy: rules.policies.destinationPolicy,
    });
  }
}
