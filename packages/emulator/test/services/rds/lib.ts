import {
  CreateDBClusterSnapshotCommand,
  CreateDBSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBSnapshotsCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  ModifyDBSnapshotAttributeCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import { administratorOf, policy, SRC, trusting, type Credentials, type TestCloud } from "../../lib/cloud";

/** What tests of snapshots need: databases, keys and clients. */
export function rdsBench(cloud: TestCloud) {
  const clients: RDSClient[] = [];
  const client = (account: string | Credentials, region = "eu-west-1"): RDSClient => {
    const credentials = typeof account === "string" ? administratorOf(account) : account;
    const made = new RDSClient({ endpoint: cloud.url, region, credentials, maxAttempts: 1 });
    clients.push(made);
    return made;
  };
  return {
    rds: client,
    stop: () => clients.forEach((made) => made.destroy()),
    async key(account: string, region: string, letsIn: readonly string[] = [account]): Promise<string> {
      const Policy = JSON.stringify(
        policy({
          Principal: { AWS: letsIn.map((id) => `arn:aws:iam::${id}:root`) },
          Action: "kms:*",
          Resource: "*",
        }),
      );
      const input = { Policy, BypassPolicyLockoutSafetyCheck: true };
      const made = await cloud.kms(administratorOf(account), region).send(new CreateKeyCommand(input));
      return made.KeyMetadata?.Arn ?? "";
    },
    instance(account: string, id: string, keyArn?: string): void {
      cloud.moto.databases.set(`${account}/${id}`, {
        DBInstanceIdentifier: id,
        DbiResourceId: `db-${id.toUpperCase()}`,
        DBInstanceStatus: "available",
        Engine: "postgres",
        EngineVersion: "16.3",
        AllocatedStorage: "20",
        ...encrypted(keyArn),
      });
    },
    cluster(account: string, id: string, keyArn?: string): void {
      cloud.moto.databases.set(`${account}/${id}`, {
        DBClusterIdentifier: id,
        DbClusterResourceId: `cluster-${id.toUpperCase()}`,
        Status: "available",
        Engine: "aurora-postgresql",
        EngineVersion: "16.3",
        AllocatedStorage: "1",
        ...encrypted(keyArn),
      });
    },
    /** A role of the account that may do the given actions and nothing else. */
    session: (account: string, name: string, actions: readonly string[]) =>
      cloud.session(
        account,
        cloud.moto.addRole(account, name, {
          trust: trusting(account),
          policies: { p: policy({ Action: actions, Resource: "*" }) },
        }),
      ),
    async snapshot(
      DBInstanceIdentifier: string,
      DBSnapshotIdentifier: string,
      account = SRC,
    ): Promise<string> {
      const input = { DBInstanceIdentifier, DBSnapshotIdentifier };
      const made = await client(account).send(new CreateDBSnapshotCommand(input));
      await cloud.clock.advance(3600);
      return made.DBSnapshot?.DBSnapshotArn ?? "";
    },
    async clusterSnapshot(
      DBClusterIdentifier: string,
      DBClusterSnapshotIdentifier: string,
      account = SRC,
    ): Promise<string> {
      const input = { DBClusterIdentifier, DBClusterSnapshotIdentifier };
      const made = await client(account).send(new CreateDBClusterSnapshotCommand(input));
      await cloud.clock.advance(3600);
      return made.DBClusterSnapshot?.DBClusterSnapshotArn ?? "";
    },
    share: (arn: string, ValuesToAdd: readonly string[], account = SRC) =>
      client(account).send(
        new ModifyDBSnapshotAttributeCommand({
          DBSnapshotIdentifier: idOf(arn),
          AttributeName: "restore",
          ValuesToAdd: [...ValuesToAdd],
        }),
      ),
    shareCluster: (arn: string, ValuesToAdd: readonly string[], account = SRC) =>
      client(account).send(
        new ModifyDBClusterSnapshotAttributeCommand({
          DBClusterSnapshotIdentifier: idOf(arn),
          AttributeName: "restore",
          ValuesToAdd: [...ValuesToAdd],
        }),
      ),
    async shown(account: string, region: string, DBSnapshotIdentifier: string) {
      const found = await client(account, region).send(
        new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }),
      );
      return found.DBSnapshots?.[0];
    },
    async shownCluster(account: string, region: string, DBClusterSnapshotIdentifier: string) {
      const command = new DescribeDBClusterSnapshotsCommand({ DBClusterSnapshotIdentifier });
      return (await client(account, region).send(command)).DBClusterSnapshots?.[0];
    },
  };
}

function encrypted(keyArn: string | undefined): Readonly<Record<string, string>> {
  return keyArn === undefined
    ? { StorageEncrypted: "false" }
    : { StorageEncrypted: "true", KmsKeyId: keyArn };
}

export function idOf(arn: string): string {
  return arn.split(":").slice(6).join(":");
}

/** Code and text of a refusal. */
export async function refused(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: any = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return { code: error?.Code ?? error?.Error?.Code ?? error?.name, message: error?.message };
}
