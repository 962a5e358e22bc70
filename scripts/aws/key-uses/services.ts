import type { Place } from "../../../topology";
import { isAwsError } from "../aws-error";
import { call, clientOf, type Entry } from "../client-config";
import { sdk } from "../sdk";
import { isNamed, type KeyNames } from "./key-names";
import type { KeyUser } from "./key-user";

/** Something that can be encrypted, and the key that its service returns for it. */
type Holder = readonly [user: KeyUser, keyName: string | undefined];

/** Reads what other services encrypt with a key in an account and Region. */
export function serviceUses(place: Place, entry: Entry) {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  return { rds, s3, replication, parameters, secrets, logs };

  /** Databases, and the snapshots and backups from which they can be restored. */
  async function rds(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.rds();
    const client = clientOf(api.RDSClient, place.region, entry);
    const found: KeyUser[] = [];
    const look = async <P>(
      operation: string,
      pages: AsyncIterable<P>,
      read: (page: P) => readonly Holder[],
    ) => found.push(...(await call(site(operation), () => namedIn(pages, key, read))));
    await look("DescribeDBInstances", api.paginateDescribeDBInstances({ client }, {}), (page) =>
      (page.DBInstances ?? []).flatMap((db): Holder[] => [
        [sized("db-instance", "DB instance", db.DBInstanceIdentifier, db.AllocatedStorage), db.KmsKeyId],
        [
          named("performance-insights", "Performance Insights of DB instance", db.DBInstanceIdentifier),
          db.PerformanceInsightsKMSKeyId,
        ],
      ]),
    );
    await look("DescribeDBClusters", api.paginateDescribeDBClusters({ client }, {}), (page) =>
      (page.DBClusters ?? []).map((db): Holder => [
        sized("db-cluster", "DB cluster", db.DBClusterIdentifier, db.AllocatedStorage),
        db.KmsKeyId,
      ]),
    );
    await look("DescribeDBSnapshots", api.paginateDescribeDBSnapshots({ client }, {}), (page) =>
      (page.DBSnapshots ?? []).map((db): Holder => [
        sized("db-snapshot", "DB snapshot", db.DBSnapshotIdentifier, db.AllocatedStorage),
        db.KmsKeyId,
      ]),
    );
    await look("DescribeDBClusterSnapshots", api.paginateDescribeDBClusterSnapshots({ client }, {}), (page) =>
      (page.DBClusterSnapshots ?? []).map((db): Holder => [
        sized(
          "db-cluster-snapshot",
          "DB cluster snapshot",
          db.DBClusterSnapshotIdentifier,
          db.AllocatedStorage,
        ),
        db.KmsKeyId,
      ]),
    );
    await look(
      "DescribeDBInstanceAutomatedBackups",
      api.paginateDescribeDBInstanceAutomatedBackups({ client }, {}),
      (page) =>
        (page.DBInstanceAutomatedBackups ?? []).map((db): Holder => [
          named("db-automated-backup", "automated backup of DB instance", db.DBInstanceIdentifier),
          db.KmsKeyId,
        ]),
    );
    await look(
      "DescribeDBClusterAutomatedBackups",
      api.paginateDescribeDBClusterAutomatedBackups({ client }, {}),
      (page) =>
        (page.DBClusterAutomatedBackups ?? []).map((db): Holder => [
          named("db-automated-backup", "automated backup of DB cluster", db.DBClusterIdentifier),
          db.KmsKeyId,
        ]),
    );
    return found;
  }

  /** Default encryption of the Region's buckets; a bucket's key must be in its own Region. */
  async function s3(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.s3();
    const client = clientOf(api.S3Client, place.region, entry);
    const names = (await buckets({ BucketRegion: place.region }))
      .filter(({ region }) => region === place.region)
      .map(({ name }) => name);
    const users: KeyUser[] = [];
    for (const Bucket of names) {
      try {
        const { ServerSideEncryptionConfiguration: defaults } = await call(
          site(`GetBucketEncryption ${Bucket}`),
          () => client.send(new api.GetBucketEncryptionCommand({ Bucket })),
        );
        const isUser = (defaults?.Rules ?? []).some(({ ApplyServerSideEncryptionByDefault: rule }) =>
          isNamed(key, rule?.KMSMasterKeyID),
        );
        if (isUser) {
          const text = `bucket ${Bucket}, as its default encryption`;
          users.push({ type: "bucket", id: Bucket, text });
        }
      } catch (error) {
        if (!isAwsError(error, "ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucket")) throw error;
      }
    }
    return users;
  }

  /** Rules with which S3 encrypts replicas with the key; the bucket with the rule can be in any Region. */
  async function replication(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.s3();
    const users: KeyUser[] = [];
    for (const { name: Bucket, region } of await buckets({})) {
      const client = clientOf(api.S3Client, region, entry);
      try {
        const { ReplicationConfiguration: configuration } = await call(
          site(`GetBucketReplication ${Bucket}`),
          () => client.send(new api.GetBucketReplicationCommand({ Bucket })),
        );
        for (const { ID = "", Destination } of configuration?.Rules ?? []) {
          if (!isNamed(key, Destination?.EncryptionConfiguration?.ReplicaKmsKeyID)) continue;
          const text = `replication rule ${ID} of bucket ${Bucket}, which encrypts replicas under it`;
          users.push({ type: "replication-rule", id: Bucket, text });
        }
      } catch (error) {
        if (!isAwsError(error, "ReplicationConfigurationNotFoundError", "NoSuchBucket")) throw error;
      }
    }
    return users;
  }

  /** The account's buckets, with their Regions. */
  async function buckets(filter: {
    readonly BucketRegion?: string;
  }): Promise<readonly { readonly name: string; readonly region: string }[]> {
    const api = sdk.s3();
    const client = clientOf(api.S3Client, place.region, entry);
    return call(site("ListBuckets"), async () => {
      const found: { readonly name: string; readonly region: string }[] = [];
      // S3 returns Regions only if a maximum number of buckets is requested.
      for await (const { Buckets = [] } of api.paginateListBuckets(
        { client },
        { ...filter, MaxBuckets: 1000 },
      )) {
        for (const { Name = "", BucketRegion = place.region } of Buckets)
          found.push({ name: Name, region: BucketRegion });
      }
      return found;
    });
  }

  async function parameters(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.ssm();
    const client = clientOf(api.SSMClient, place.region, entry);
    const input = { ParameterFilters: [{ Key: "Type", Values: ["SecureString"] }] };
    return call(site("DescribeParameters"), () =>
      namedIn(api.paginateDescribeParameters({ client }, input), key, ({ Parameters = [] }) =>
        Parameters.map(({ Name, KeyId }): Holder => [named("parameter", "parameter", Name), KeyId]),
      ),
    );
  }

  /** Secrets that are scheduled for deletion can still be restored. */
  async function secrets(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.secretsManager();
    const client = clientOf(api.SecretsManagerClient, place.region, entry);
    return call(site("ListSecrets"), () =>
      namedIn(
        api.paginateListSecrets({ client }, { IncludePlannedDeletion: true }),
        key,
        ({ SecretList = [] }) =>
          SecretList.map(({ Name, KmsKeyId }): Holder => [named("secret", "secret", Name), KmsKeyId]),
      ),
    );
  }

  async function logs(key: KeyNames): Promise<readonly KeyUser[]> {
    const api = sdk.cloudWatchLogs();
    const client = clientOf(api.CloudWatchLogsClient, place.region, entry);
    return call(site("DescribeLogGroups"), () =>
      namedIn(api.paginateDescribeLogGroups({ client }, {}), key, ({ logGroups = [] }) =>
        logGroups.map(({ logGroupName, kmsKeyId }): Holder => [
          named("log-group", "log group", logGroupName),
          kmsKeyId,
        ]),
      ),
    );
  }
}

/** The entries of all pages that use the given key. */
async function namedIn<P>(
  pages: AsyncIterable<P>,
  key: KeyNames,
  read: (page: P) => readonly Holder[],
): Promise<readonly KeyUser[]> {
  const found: KeyUser[] = [];
  for await (const page of pages)
    for (const [user, keyName] of read(page)) if (isNamed(key, keyName)) found.push(user);
  return found;
}

function named(type: KeyUser["type"], noun: string, id = ""): KeyUser {
  return { type, id, text: `${noun} ${id}` };
}

function sized(
  type: KeyUser["type"],
  noun: string,
  id: string | undefined,
  sizeGiB: number | undefined,
): KeyUser {
  const user = named(type, noun, id);
  return sizeGiB === undefined ? user : { ...user, sizeGiB };
}
