import type { Place } from "../../../topology";
import { isAwsError } from "../aws-error";
import { call, clientOf, type Entry } from "../client-config";
import { sdk } from "../sdk";
import { isNamed, type KeyNames } from "./key-names";

/** Something that may be encrypted, and the key that its service shows for it. */
type Holder = readonly [user: string, keyName: string | undefined];

/** Reads what other services keep under a key in an account and Region. */
export function serviceUses(place: Place, entry: Entry) {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  return { rds, s3, parameters, secrets, logs };

  /** Databases, and what they can be restored from. */
  async function rds(key: KeyNames): Promise<readonly string[]> {
    const api = sdk.rds();
    const client = clientOf(api.RDSClient, place.region, entry);
    const found: string[] = [];
    const look = async <P>(
      operation: string,
      pages: AsyncIterable<P>,
      read: (page: P) => readonly Holder[],
    ) => found.push(...(await call(site(operation), () => namedIn(pages, key, read))));
    await look("DescribeDBInstances", api.paginateDescribeDBInstances({ client }, {}), (page) =>
      (page.DBInstances ?? []).flatMap((db): Holder[] => [
        [`DB instance ${db.DBInstanceIdentifier}`, db.KmsKeyId],
        [`Performance Insights of DB instance ${db.DBInstanceIdentifier}`, db.PerformanceInsightsKMSKeyId],
      ]),
    );
    await look("DescribeDBClusters", api.paginateDescribeDBClusters({ client }, {}), (page) =>
      (page.DBClusters ?? []).map((db): Holder => [`DB cluster ${db.DBClusterIdentifier}`, db.KmsKeyId]),
    );
    await look("DescribeDBSnapshots", api.paginateDescribeDBSnapshots({ client }, {}), (page) =>
      (page.DBSnapshots ?? []).map((db): Holder => [`DB snapshot ${db.DBSnapshotIdentifier}`, db.KmsKeyId]),
    );
    await look("DescribeDBClusterSnapshots", api.paginateDescribeDBClusterSnapshots({ client }, {}), (page) =>
      (page.DBClusterSnapshots ?? []).map((db): Holder => [
        `DB cluster snapshot ${db.DBClusterSnapshotIdentifier}`,
        db.KmsKeyId,
      ]),
    );
    await look(
      "DescribeDBInstanceAutomatedBackups",
      api.paginateDescribeDBInstanceAutomatedBackups({ client }, {}),
      (page) =>
        (page.DBInstanceAutomatedBackups ?? []).map((db): Holder => [
          `automated backup of DB instance ${db.DBInstanceIdentifier}`,
          db.KmsKeyId,
        ]),
    );
    await look(
      "DescribeDBClusterAutomatedBackups",
      api.paginateDescribeDBClusterAutomatedBackups({ client }, {}),
      (page) =>
        (page.DBClusterAutomatedBackups ?? []).map((db): Holder => [
          `automated backup of DB cluster ${db.DBClusterIdentifier}`,
          db.KmsKeyId,
        ]),
    );
    return found;
  }

  /** Default encryption of the Region's buckets; a bucket's key must be in its own Region. */
  async function s3(key: KeyNames): Promise<readonly string[]> {
    const api = sdk.s3();
    const client = clientOf(api.S3Client, place.region, entry);
    const names = await call(site("ListBuckets"), async () => {
      const found: string[] = [];
      const pages = api.paginateListBuckets({ client }, { BucketRegion: place.region });
      for await (const { Buckets = [] } of pages) {
        for (const { Name = "", BucketRegion = place.region } of Buckets)
          if (BucketRegion === place.region) found.push(Name);
      }
      return found;
    });
    const users: string[] = [];
    for (const Bucket of names) {
      try {
        const { ServerSideEncryptionConfiguration: defaults } = await call(
          site(`GetBucketEncryption ${Bucket}`),
          () => client.send(new api.GetBucketEncryptionCommand({ Bucket })),
        );
        const isUser = (defaults?.Rules ?? []).some(({ ApplyServerSideEncryptionByDefault: rule }) =>
          isNamed(key, rule?.KMSMasterKeyID),
        );
        if (isUser) users.push(`bucket ${Bucket}, whose default encryption it is`);
      } catch (error) {
        if (!isAwsError(error, "ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucket")) throw error;
      }
    }
    return users;
  }

  async function parameters(key: KeyNames): Promise<readonly string[]> {
    const api = sdk.ssm();
    const client = clientOf(api.SSMClient, place.region, entry);
    const input = { ParameterFilters: [{ Key: "Type", Values: ["SecureString"] }] };
    return call(site("DescribeParameters"), () =>
      namedIn(api.paginateDescribeParameters({ client }, input), key, ({ Parameters = [] }) =>
        Parameters.map(({ Name, KeyId }): Holder => [`parameter ${Name}`, KeyId]),
      ),
    );
  }

  /** Secrets that wait for their deletion can still be restored. */
  async function secrets(key: KeyNames): Promise<readonly string[]> {
    const api = sdk.secretsManager();
    const client = clientOf(api.SecretsManagerClient, place.region, entry);
    return call(site("ListSecrets"), () =>
      namedIn(
        api.paginateListSecrets({ client }, { IncludePlannedDeletion: true }),
        key,
        ({ SecretList = [] }) => SecretList.map(({ Name, KmsKeyId }): Holder => [`secret ${Name}`, KmsKeyId]),
      ),
    );
  }

  async function logs(key: KeyNames): Promise<readonly string[]> {
    const api = sdk.cloudWatchLogs();
    const client = clientOf(api.CloudWatchLogsClient, place.region, entry);
    return call(site("DescribeLogGroups"), () =>
      namedIn(api.paginateDescribeLogGroups({ client }, {}), key, ({ logGroups = [] }) =>
        logGroups.map(({ logGroupName, kmsKeyId }): Holder => [`log group ${logGroupName}`, kmsKeyId]),
      ),
    );
  }
}

/** What is on some pages, as far as its key is the one looked for. */
async function namedIn<P>(
  pages: AsyncIterable<P>,
  key: KeyNames,
  read: (page: P) => readonly Holder[],
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of pages)
    for (const [user, keyName] of read(page)) if (isNamed(key, keyName)) found.push(user);
  return found;
}
