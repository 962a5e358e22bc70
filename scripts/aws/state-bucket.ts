import { formatArn } from "@keyferry/common";
import type { StateStore, Topology } from "../../topology";
import { unlessDone } from "./already-done";
import { isAwsError } from "./aws-error";
import { call, clientOf } from "./client-config";
import { entryOf } from "./deployer";
import { sdk } from "./sdk";

/** The result for the state bucket; the settings are written every time, so that an incomplete bucket is completed. */
export interface StateBucketResult {
  readonly bucket: string;
  readonly region: string;
  readonly account: string;
  /** False if it already existed in the account. */
  readonly created: boolean;
}

/** The only Region whose buckets are created without a location. Source: S3 API reference, CreateBucket. */
const NO_LOCATION = "us-east-1";

/**
 * Creates the bucket for Terraform's state: versioned, encrypted, without public access, TLS only. Uses the account's deploy role,
 * because the runner role does not exist before the first deployment.
 */
export async function ensureStateBucket(
  topology: Topology,
  store: Extract<StateStore, { kind: "s3" }>,
): Promise<StateBucketResult> {
  const { account, region, bucket } = store;
  const entry = entryOf(topology, account, region, "keyferry-state");
  const s3 = sdk.s3();
  const client = clientOf(s3.S3Client, region, entry);
  const site = (operation: string) => ({ operation: `${operation} ${bucket}`, account: account.id, region });
  const owner = { Bucket: bucket, ExpectedBucketOwner: account.id };

  const created = await createBucket();
  await call(site("PutPublicAccessBlock"), () =>
    client.send(
      new s3.PutPublicAccessBlockCommand({
        ...owner,
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      }),
    ),
  );
  await call(site("PutBucketVersioning"), () =>
    client.send(
      new s3.PutBucketVersioningCommand({ ...owner, VersioningConfiguration: { Status: "Enabled" } }),
    ),
  );
  await call(site("PutBucketEncryption"), () =>
    client.send(
      new s3.PutBucketEncryptionCommand({
        ...owner,
        ServerSideEncryptionConfiguration: {
          Rules: [
            { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" }, BucketKeyEnabled: true },
          ],
        },
      }),
    ),
  );
  await call(site("PutBucketPolicy"), () =>
    client.send(
      new s3.PutBucketPolicyCommand({
        ...owner,
        Policy: JSON.stringify(tlsOnly(topology.partition, bucket)),
      }),
    ),
  );
  return { bucket, region, account: account.id, created };

  async function createBucket(): Promise<boolean> {
    const location =
      region === NO_LOCATION ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } };
    try {
      await call(site("HeadBucket"), () => client.send(new s3.HeadBucketCommand(owner)));
      return false;
    } catch (error) {
      if (!isAwsError(error, "NotFound", "NoSuchBucket")) throw error;
    }
    return unlessDone(() =>
      call(site("CreateBucket"), () =>
        client.send(new s3.CreateBucketCommand({ Bucket: bucket, ...location })),
      ),
    );
  }
}

function tlsOnly(partition: string, bucket: string) {
  const arn = (resource: string) =>
    formatArn({ partition, service: "s3", region: "", account: "", resource });
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn(bucket), arn(`${bucket}/*`)],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
