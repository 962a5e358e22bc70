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

/** The retention periods of CloudWatch Logs, in days. Source: CloudWatch Logs API reference, PutRetentionPolicy. */
const RETENTION: readonly number[] = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288],
  3653,
];

/** An Amazon CloudWatch Logs log group that receives a trail's events. */
export interface TrailLogGroupProps {
  /** Name of the log group: 1 to 512 letters, digits or `_-/.#`. */
  readonly logGroupName: string;
  /** Name of the role that CloudTrail assumes to write events. Its path is `/`. */
  readonly roleName: string;
  /** Days that events are kept; CloudWatch Logs supports 1, 3, 5, 7, 14, 30, ... 3653. @default 90 */
  readonly retentionDays?: number;
}

/** The resolved props. */
export interface TrailLogGroupParts extends TrailLogGroupProps {
  readonly access: TrailAccess;
  readonly keyArn: string;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly provider?: TerraformProvider | undefined;
}

/** The log group of a trail, under the trail's key, with the role that CloudTrail assumes to write into it. */
export class TrailLogGroup extends Construct {
  /** ARN in the form that CloudTrail requires: with `:*` at its end. */
  readonly logGroupArn: string;
  readonly roleArn: string;
  /** Resources that must be deployed before the trail is created. */
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
