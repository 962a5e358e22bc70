import { must } from "../../core/must";
import type { Place } from "../../topology";
import { unlessDone } from "./already-done";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { dbSnapshotArn, type DatabasesPort, type DatabaseType, type DbSnapshotView } from "./database-ports";
import { fromTags } from "./image-view";
import { sdk } from "./sdk";
import type { RdsSdk, RdsSnapshot } from "./sdk-parts";

/** The attribute with the accounts that can copy and restore. Source: RDS API reference, ModifyDBSnapshotAttribute. */
const RESTORE = "restore";

/** The names of operations and members of both families. */
const NOUNS = { instance: "DBSnapshot", cluster: "DBClusterSnapshot" } as const;
const DATABASE = { instance: "DBInstanceIdentifier", cluster: "DBClusterIdentifier" } as const;
const ID_FILTER = { instance: "db-snapshot-id", cluster: "db-cluster-snapshot-id" } as const;

/** The commands of both families. */
const commandsOf = (rds: RdsSdk) => ({
  instance: {
    copy: (input: object) => new rds.CopyDBSnapshotCommand(input),
    remove: (input: object) => new rds.DeleteDBSnapshotCommand(input),
    attributes: (input: object) => new rds.DescribeDBSnapshotAttributesCommand(input),
    modify: (input: object) => new rds.ModifyDBSnapshotAttributeCommand(input),
  },
  cluster: {
    copy: (input: object) => new rds.CopyDBClusterSnapshotCommand(input),
    remove: (input: object) => new rds.DeleteDBClusterSnapshotCommand(input),
    attributes: (input: object) => new rds.DescribeDBClusterSnapshotAttributesCommand(input),
    modify: (input: object) => new rds.ModifyDBClusterSnapshotAttributeCommand(input),
  },
});

/** The port on real RDS. */
export function databasesPort(place: Place, entry: Entry): DatabasesPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const rds = sdk.rds();
    return { rds, client: clientOf(rds.RDSClient, place.region, entry) };
  });

  return {
    async snapshots(of, { ids, database, manual = false }) {
      if (ids?.length === 0) return [];
      const { rds, client } = load();
      const input = {
        ...(ids === undefined ? {} : { Filters: [{ Name: ID_FILTER[of], Values: [...ids] }] }),
        ...(database === undefined ? {} : { [DATABASE[of]]: database }),
        ...(manual ? { SnapshotType: "manual" } : {}),
      };
      return call(site(`Describe${NOUNS[of]}s`), async () => {
        const found: DbSnapshotView[] = [];
        if (of === "instance") {
          for await (const { DBSnapshots = [] } of rds.paginateDescribeDBSnapshots({ client }, input))
            found.push(...DBSnapshots.map((one) => toView(of, one)));
        } else {
          for await (const { DBClusterSnapshots = [] } of rds.paginateDescribeDBClusterSnapshots(
            { client },
            input,
          ))
            found.push(...DBClusterSnapshots.map((one) => toView(of, one)));
        }
        return found;
      });
    },

    async copySnapshot({ of, source, target, keyArn, tags }) {
      const { rds, client } = load();
      const noun = NOUNS[of];
      const answer = await call(site(`Copy${noun}`), () =>
        client.send(
          commandsOf(rds)[of].copy({
            [`Source${noun}Identifier`]: source,
            [`Target${noun}Identifier`]: target,
            KmsKeyId: keyArn,
            CopyTags: false,
            Tags: toTags(tags),
          }),
        ),
      );
      const { DBSnapshot, DBClusterSnapshot } = answer;
      const arn = DBSnapshot?.DBSnapshotArn ?? DBClusterSnapshot?.DBClusterSnapshotArn;
      return must(arn, `the ARN in the answer of Copy${noun}`);
    },

    async deleteSnapshot(arn) {
      const { rds, client } = load();
      const { of, id } = dbSnapshotArn(arn);
      const noun = NOUNS[of];
      await unlessDone(() =>
        call(site(`Delete${noun}`), () =>
          client.send(commandsOf(rds)[of].remove({ [`${noun}Identifier`]: id })),
        ),
      );
    },

    async sharedAccounts(arn) {
      const { rds, client } = load();
      const { of, id } = dbSnapshotArn(arn);
      const noun = NOUNS[of];
      const answer = await call(site(`Describe${noun}Attributes`), () =>
        client.send(commandsOf(rds)[of].attributes({ [`${noun}Identifier`]: id })),
      );
      const attributes =
        answer.DBSnapshotAttributesResult?.DBSnapshotAttributes ??
        answer.DBClusterSnapshotAttributesResult?.DBClusterSnapshotAttributes ??
        [];
      return attributes
        .filter(({ AttributeName }) => AttributeName === RESTORE)
        .flatMap(({ AttributeValues = [] }) => AttributeValues);
    },

    async changeShares(arn, change, accounts) {
      const { rds, client } = load();
      const { of, id } = dbSnapshotArn(arn);
      const noun = NOUNS[of];
      await call(site(`Modify${noun}Attribute`), () =>
        client.send(
          commandsOf(rds)[of].modify({
            [`${noun}Identifier`]: id,
            AttributeName: RESTORE,
            [change === "add" ? "ValuesToAdd" : "ValuesToRemove"]: [...accounts],
          }),
        ),
      );
    },

    async addTags(arn, tags) {
      const { rds, client } = load();
      await call(site("AddTagsToResource"), () =>
        client.send(new rds.AddTagsToResourceCommand({ ResourceName: arn, Tags: toTags(tags) })),
      );
    },

    async removeTags(arn, keys) {
      const { rds, client } = load();
      await call(site("RemoveTagsFromResource"), () =>
        client.send(new rds.RemoveTagsFromResourceCommand({ ResourceName: arn, TagKeys: [...keys] })),
      );
    },
  };
}

function toTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function toView(of: DatabaseType, snapshot: RdsSnapshot): DbSnapshotView {
  const arn = snapshot.DBSnapshotArn ?? snapshot.DBClusterSnapshotArn;
  return {
    arn: must(arn, "the ARN of a snapshot"),
    of,
    id: must(snapshot.DBSnapshotIdentifier ?? snapshot.DBClusterSnapshotIdentifier, "its identifier"),
    type: snapshot.SnapshotType ?? "",
    database: snapshot.DBInstanceIdentifier ?? snapshot.DBClusterIdentifier ?? "",
    engine: snapshot.Engine ?? "",
    state: snapshot.Status ?? "",
    progressPercent: snapshot.PercentProgress ?? 0,
    createdAt: snapshot.SnapshotCreateTime?.toISOString() ?? "",
    encrypted: snapshot.Encrypted ?? snapshot.StorageEncrypted ?? false,
    ...(snapshot.StorageEncryptionType === undefined
      ? {}
      : { encryptionType: snapshot.StorageEncryptionType }),
    ...(snapshot.KmsKeyId === undefined ? {} : { keyArn: snapshot.KmsKeyId }),
    sizeGiB: snapshot.AllocatedStorage ?? 0,
    ...(snapshot.FullSnapshotSizeInBytes === undefined
      ? {}
      : { dataBytes: Number(snapshot.FullSnapshotSizeInBytes) }),
    ...(snapshot.OptionGroupName === undefined ? {} : { optionGroup: snapshot.OptionGroupName }),
    ...copiedFrom(snapshot),
    tags: fromTags(snapshot.TagList),
  };
}

function copiedFrom(snapshot: RdsSnapshot): Pick<DbSnapshotView, "copiedFrom"> {
  const source = snapshot.SourceDBSnapshotIdentifier ?? snapshot.SourceDBClusterSnapshotArn;
  return source === undefined ? {} : { copiedFrom: source };
}
