import { Cloudtrail } from "@cdktf/provider-aws/lib/cloudtrail";
import type { TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import {
  keyOwnerPolicy,
  rolePolicy,
  trailArn,
  trailKeyPolicy,
  type KeyEnvironment,
  type TrailAccess,
} from "../../policy";
import { formatArn } from "@keyferry/common";
import { ProviderEnvironment } from "../environment";
import { CustomerManagedKey } from "../kms/customer-managed-key";
import { checkText } from "../props";
import { checkRoles, type RoleOfAnotherAccount } from "../role-of-another-account";
import type { IBucket } from "../s3/bucket";
import { documentText } from "../s3/bucket-policy-text";
import { LogBucket } from "./log-bucket";
import { TrailLogGroup, type TrailLogGroupProps } from "./trail-log-group";

/** Source: CloudTrail API reference, CreateTrail, Name. */
const TRAIL_NAME = /^(?=.{3,128}$)(?!(?:\d{1,3}\.){3}\d{1,3}$)[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/;
/** Source: CloudTrail API reference, CreateTrail, S3KeyPrefix. */
const PREFIX = /^(?!.*\/\/)[\w!.*'()-][\w!.*'()/-]{0,198}\/$/;
/** Source: Organizations API reference, Organization, Id. */
const ORGANIZATION = /^o-[a-z0-9]{10,32}$/;

export interface AuditTrailProps {
  /** Name of the trail: 3 to 128 letters, digits or `._-`. */
  readonly trailName: string;
  /** Name of the bucket that receives the log files. It must be unique among all buckets of the partition. */
  readonly bucketName: string;
  /** Prefix of the log files in the bucket; ends with a slash. @default - `AWSLogs/` is at the top of the bucket */
  readonly prefix?: string;
  /** Alias of the key that is created for the log files, with its prefix. @default - `alias/TRAIL` */
  readonly keyAlias?: string;
  /** Days after which S3 removes log files, 90 or more. Removed files can be restored for 30 more days. @default - they are kept */
  readonly retentionDays?: number;
  /** Roles of other accounts that read the log files; each needs `readerPolicy` in its own account. @default - none */
  readonly readers?: readonly RoleOfAnotherAccount[];
  /** A log group that also receives the events, for metric filters and queries. Removing this prop deletes the log group and its events. @default - none */
  readonly logGroup?: TrailLogGroupProps;
  /**
   * Id of the organisation, `o-exampleorgid`: the trail then logs all accounts of the organisation. It must be created in the management
   * account, and CloudTrail needs trusted access in AWS Organizations. @default - only this account is logged
   */
  readonly organizationId?: string;
  /**
   * The partition, account and Region of the trail, if they are known at synthesis. Its policies are then known before a plan is made.
   * @default - each plan reads them from AWS, with the provider
   */
  readonly environment?: KeyEnvironment;
  /**
   * What happens when this construct is removed or its id, path or names change. `retain`: the plan fails, and the policies of the bucket
   * and the key deny the deletion of log files and of the key to all principals. `destroy`: the trail is deleted, the bucket is deleted if it
   * is empty, and the key is scheduled for deletion.
   * @default "retain"
   */
  readonly removalPolicy?: "retain" | "destroy";
  /**
   * Tags of the resources that this construct creates. On a conflict they override the provider's default tags.
   * @default - only the provider's default tags
   */
  readonly tags?: Readonly<Record<string, string>>;
  /** Provider of the account and of the trail's home Region. @default - the stack's own provider */
  readonly provider?: TerraformProvider;
}

/**
 * An AWS CloudTrail trail that keeps events as long as you choose; `keyferry audit` itself reads only the last 90 days. It logs all
 * management events of all Regions, including those of KMS, in files that CloudTrail signs (log file validation). The trail has its own
 * bucket and key, which only this trail may use. One trail for each account or organisation is enough; a second one in an account costs money.
 * Sources: CloudTrail user guide, Amazon S3 bucket policy for CloudTrail; Configure AWS KMS key policies for CloudTrail.
 */
export class AuditTrail extends Construct {
  /** ARN of the trail; known before the trail exists if `environment` is given. */
  readonly trailArn: string;
  /** The key that encrypts the log files and the events of the log group. */
  readonly key: CustomerManagedKey;
  /** The bucket of the log files. To grant access to roles of the trail's account: `BucketGrants.fromBucket(trail.logs).read(role)`. */
  readonly logs: IBucket;
  /** The IAM policy, as JSON, that each role in `readers` needs in its own account. */
  readonly readerPolicy: string;

  /** @throws KeyferryError PropInvalid when AWS would refuse a prop */
  constructor(scope: Construct, id: string, props: AuditTrailProps) {
    super(scope, id);
    this.check(props);
    const { trailName, bucketName, provider, tags } = props;
    const environment = props.environment ?? new ProviderEnvironment(this, provider);
    const access = accessOf(props, environment);
    const { bucketArn, retained } = access;
    const common = {
      ...(tags === undefined ? {} : { tags }),
      ...(provider === undefined ? {} : { provider }),
    };
    this.key = new CustomerManagedKey(this, "Key", {
      alias: props.keyAlias ?? `alias/${trailName}`,
      description: `Log files of the trail ${trailName}`,
      policy: [...keyOwnerPolicy(environment), ...trailKeyPolicy(access)],
      environment,
      removalPolicy: retained ? "retain" : "destroy",
      ...common,
    });
    const { keyArn } = this.key;
    const { retentionDays } = props;
    const bucket = new LogBucket(this, "Logs", { bucketName, access, retentionDays, ...common });
    const group =
      props.logGroup === undefined
        ? undefined
        : new TrailLogGroup(this, "LogGroup", { ...props.logGroup, access, keyArn, ...common });
    // No event selector: the provider then keeps CloudTrail's default, which logs all management events of all services, and restores it
    // if it was changed outside Terraform.
    new Cloudtrail(this, "Resource", {
      name: trailName,
      s3BucketName: bucketName,
      ...(props.prefix === undefined ? {} : { s3KeyPrefix: props.prefix.slice(0, -1) }),
      kmsKeyId: keyArn,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
      ...(props.organizationId === undefined ? {} : { isOrganizationTrail: true }),
      ...(group === undefined
        ? {}
        : { cloudWatchLogsGroupArn: group.logGroupArn, cloudWatchLogsRoleArn: group.roleArn }),
      ...(retained ? { lifecycle: { preventDestroy: true } } : {}),
      dependsOn: [...bucket.readiness, ...(group?.readiness ?? [])],
      ...(tags === undefined ? {} : { tags: { ...tags } }),
      ...(provider === undefined ? {} : { provider }),
    });
    this.trailArn = trailArn(access);
    const readiness = bucket.readiness;
    this.logs = { bucketName, bucketArn, environment, encryptionKey: this.key, readiness };
    const read = { bucketArn, region: environment.region, keyArn, use: "read" } as const;
    this.readerPolicy = documentText(this, rolePolicy({ keys: [], buckets: [read] }));
  }

  private check({ trailName, prefix, organizationId, readers = [] }: AuditTrailProps): void {
    checkText(
      this,
      "trailName",
      trailName,
      TRAIL_NAME,
      "3 to 128 letters, digits or ._- that begins and ends with a letter or a digit, has no two of ._- in a row, and is not an IP address",
    );
    if (prefix !== undefined)
      checkText(
        this,
        "prefix",
        prefix,
        PREFIX,
        "2 to 200 characters that are safe in keys, with a slash at the end",
      );
    if (organizationId !== undefined)
      checkText(this, "organizationId", organizationId, ORGANIZATION, "the id of an organisation, o-...");
    checkRoles(this, readers);
  }
}

function accessOf(props: AuditTrailProps, environment: KeyEnvironment): TrailAccess {
  const { partition, account, region } = environment;
  return {
    ...{ partition, account, region },
    trailName: props.trailName,
    bucketArn: formatArn({ partition, service: "s3", region: "", account: "", resource: props.bucketName }),
    prefix: props.prefix ?? "",
    organizationId: props.organizationId,
    retained: props.removalPolicy !== "destroy",
    readers: props.readers ?? [],
    logGroupName: props.logGroup?.logGroupName,
  };
}
