import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import { trailLogsPolicy, trailLogsTrust, type TrailAccess } from "../../policy";
import { propError, checkText } from "../props";
import { checkRoleName } from "../role-of-another-account";
import { documentText } from "../s3/bucket-policy-text";

/** Source: CloudWatch Logs API reference, CreateLogGroup, logGroupName. */
const GROUP = /^[\w./#-]{1,512}$/;

/** Days that CloudWatch Logs can keep events. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const RETENTION: readonly number[] = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288],
  3653,
];

/** A log group of Amazon CloudWatch Logs that gets a trail's events. */
export interface TrailLogGroupProps {
  /** 1 to 512 letters, digits or `_-/.#`. */
  readonly logGroupName: string;
  /** Of the role with which CloudTrail writes. Its path is `/`. */
  readonly roleName: string;
  /** Days that events are kept, of those that CloudWatch Logs has: 1, 3, 5, 7, 14, 30, ... 3653. @default 90 */
  readonly retentionDays?: number;
}

/** What is made of it. */
export interface TrailLogGroupParts extends TrailLogGroupProps {
  readonly access: TrailAccess;
  readonly keyArn: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly provider?: TerraformProvider | undefined;
}

/** The log group of a trail, under the trail's key, with the role that CloudTrail assumes to write into it. */
export class TrailLogGroup extends Construct {
  /** As CloudTrail wants it: with `:*` at its end. */
  readonly logGroupArn: string;
  readonly roleArn: string;
  /** What must be deployed before the trail is made. */
  readonly readiness: readonly ITerraformDependable[];

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, { access, keyArn, ...props }: TrailLogGroupParts) {
    super(scope, id);
    checkText(this, "logGroupName", props.logGroupName, GROUP, "1 to 512 letters, digits or _-/.#");
    checkRoleName(this, props.roleName);
    const { retentionDays = 90 } = props;
    if (!RETENTION.includes(retentionDays))
      throw propError(this, "retentionDays", String(retentionDays), `one of ${RETENTION.join(", ")}`);
    const placement = props.provider === undefined ? {} : { provider: props.provider };
    const tags = props.tags === undefined ? {} : { tags: { ...props.tags } };
    const group = new CloudwatchLogGroup(this, "Resource", {
      name: props.logGroupName,
      kmsKeyId: keyArn,
      retentionInDays: retentionDays,
      ...tags,
      ...placement,
    });
    const role = new IamRole(this, "Role", {
      name: props.roleName,
      assumeRolePolicy: documentText(this, trailLogsTrust(access)),
      ...tags,
      ...placement,
    });
    const policy = new IamRolePolicy(this, "Policy", {
      name: "write-events",
      role: role.name,
      policy: documentText(this, trailLogsPolicy(access)),
      ...placement,
    });
    this.logGroupArn = `${group.arn}:*`;
    this.roleArn = role.arn;
    this.readiness = [policy];
  }
}
