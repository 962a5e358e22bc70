import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformHclModule, TerraformStack, Testing } from "cdktf";
import { BucketReplication } from "../../../constructs/s3/bucket-replication";
import { CustomerManagedKey } from "../../../constructs/kms/customer-managed-key";
import { EncryptedBucket } from "../../../constructs/s3/encrypted-bucket";
import { ExistingBucket } from "../../../constructs/s3/existing-bucket";
import type { Statement } from "../../../policy";

/** A user's stack that replicates across accounts: buckets of our constructs, and buckets of a third-party module. */

export const SOURCE = { account: "111111111111", region: "us-east-2", bucketName: "documents" };
export const TARGET = { account: "222222222222", region: "eu-central-1", bucketName: "documents-replica" };
export const MODULE_SOURCE = { ...SOURCE, bucketName: "module-documents" };
export const MODULE_TARGET = { ...TARGET, bucketName: "module-archive" };
export type Side = typeof SOURCE;

export interface ReplicationStackProps {
  /** What happens to buckets and keys when they are removed. */
  readonly removalPolicy: "retain" | "destroy";
  /** Whether the rules replicate delete markers. @default true */
  readonly deleteMarkers?: boolean;
  /** Whether the buckets are replicated; without replication only the buckets exist. @default true */
  readonly replicated?: boolean;
}

/** The Terraform configuration, as JSON. Modules are in `./modules`. */
export function replicationStack(props: ReplicationStackProps): string {
  const stack = new TerraformStack(Testing.app(), "replication");
  const providers = { source: providerOf(stack, SOURCE), target: providerOf(stack, TARGET) };
  ownBuckets(stack, providers, props);
  moduleBuckets(stack, providers, props);
  return Testing.synth(stack);
}

interface Providers {
  readonly source: AwsProvider;
  readonly target: AwsProvider;
}

function ownBuckets(
  stack: TerraformStack,
  { source, target }: Providers,
  { removalPolicy, deleteMarkers = true, replicated = true }: ReplicationStackProps,
): void {
  const bucketOf = (side: Side, provider: AwsProvider) =>
    new EncryptedBucket(stack, `${side.bucketName}-bucket`, {
      bucketName: side.bucketName,
      encryptionKey: keyOf(stack, side, provider, removalPolicy),
      policy: [auditorsList(side)],
      removalPolicy,
      provider,
    });
  const from = bucketOf(SOURCE, source);
  const destination = bucketOf(TARGET, target);
  if (!replicated) return;
  new BucketReplication(stack, "replication", {
    source: from,
    rules: [
      { id: "logs", destination, prefix: "logs/", storageClass: "STANDARD_IA" },
      {
        id: "everything",
        destination,
        deleteMarkers,
        replicaModifications: true,
        replicationTimeControl: true,
      },
    ],
    trustOnlySource: true,
    provider: source,
  });
}

function moduleBuckets(
  stack: TerraformStack,
  { source, target }: Providers,
  { removalPolicy, deleteMarkers = true, replicated = true }: ReplicationStackProps,
): void {
  const sideOf = (side: Side, provider: AwsProvider) => {
    const { account, region, bucketName } = side;
    const encryptionKey = keyOf(stack, side, provider, removalPolicy);
    const module = new TerraformHclModule(stack, `${bucketName}-module`, {
      source: "./modules/s3-bucket",
      skipAssetCreationFromLocalModules: true,
      variables: {
        bucket: bucketName,
        versioning: { enabled: "true" },
        kms_master_key_id: encryptionKey.keyArn,
      },
      providers: [provider],
    });
    const bucket = new ExistingBucket(stack, `${bucketName}-bucket`, {
      // Known before the module is deployed, so its policy may name the bucket.
      bucketArn: `arn:aws:s3:::${bucketName}`,
      encryptionKey,
      environment: { partition: "aws", account, region },
      dependsOn: [module],
    });
    return { module, bucket };
  };
  const from = sideOf(MODULE_SOURCE, source);
  const to = sideOf(MODULE_TARGET, target);
  if (!replicated) return;
  const replication = new BucketReplication(stack, "module-replication", {
    source: from.bucket,
    rules: [{ id: "everything", destination: to.bucket, deleteMarkers }],
    // The module writes the policies, see below.
    existingPoliciesAllowIt: true,
    provider: source,
  });
  to.module.set("attach_policy", true);
  to.module.set("policy", replication.policiesFor(to.bucket).bucketPolicy);
}

function providerOf(stack: TerraformStack, { account, region, bucketName }: Side): AwsProvider {
  return new AwsProvider(stack, bucketName, {
    alias: bucketName,
    region,
    accessKey: account,
    secretKey: "rehearsal",
    allowedAccountIds: [account],
  });
}

function keyOf(
  stack: TerraformStack,
  { account, bucketName }: Side,
  provider: AwsProvider,
  removalPolicy: "retain" | "destroy",
): CustomerManagedKey {
  const principal = { AWS: [`arn:aws:iam::${account}:root`] };
  return new CustomerManagedKey(stack, `${bucketName}-key`, {
    alias: `alias/${bucketName}`,
    description: bucketName,
    policy: [
      { sid: "OwnAccount", effect: "Allow", principal, actions: ["kms:*"], resources: ["*"] },
      { sid: "AuditorsDescribe", effect: "Allow", principal, actions: ["kms:DescribeKey"], resources: ["*"] },
    ],
    removalPolicy,
    provider,
  });
}

function auditorsList({ account, bucketName }: Side): Statement {
  return {
    sid: "AuditorsList",
    effect: "Allow",
    principal: { AWS: [`arn:aws:iam::${account}:root`] },
    actions: ["s3:ListBucket"],
    resources: [`arn:aws:s3:::${bucketName}`],
  };
}
