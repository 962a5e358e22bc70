import type { AnyClient } from "./client-config";

/**
 * The parts of SDK clients that are used in only one place, for reading, so that their complete types do not have to be compiled.
 * Source: API references of Amazon RDS, AWS Secrets Manager and Amazon CloudWatch Logs.
 */

/** A paginator of the SDK. */
type Paginate<Page> = (config: { readonly client: object }, input: object) => AsyncIterable<Page>;

type Client = new (config: object) => AnyClient;

/** A command of the SDK, and its response. */
interface Command<Answer> {
  readonly answer?: Answer;
}
type CommandOf<Answer> = new (input: object) => Command<Answer>;

interface Sender extends AnyClient {
  send<Answer>(command: Command<Answer>): Promise<Answer>;
}

/** A snapshot of either family, with the members of both. */
export interface RdsSnapshot {
  readonly DBSnapshotArn?: string;
  readonly DBClusterSnapshotArn?: string;
  readonly DBSnapshotIdentifier?: string;
  readonly DBClusterSnapshotIdentifier?: string;
  readonly DBInstanceIdentifier?: string;
  readonly DBClusterIdentifier?: string;
  readonly SnapshotType?: string;
  readonly Engine?: string;
  readonly Status?: string;
  readonly PercentProgress?: number;
  readonly SnapshotCreateTime?: Date;
  readonly Encrypted?: boolean;
  readonly StorageEncrypted?: boolean;
  readonly StorageEncryptionType?: string;
  readonly KmsKeyId?: string;
  /** GiB. */
  readonly AllocatedStorage?: number;
  readonly FullSnapshotSizeInBytes?: number | bigint;
  readonly OptionGroupName?: string;
  readonly SourceDBSnapshotIdentifier?: string;
  readonly SourceDBClusterSnapshotArn?: string;
  readonly TagList?: { readonly Key?: string; readonly Value?: string }[];
}

interface RdsAttribute {
  readonly AttributeName?: string;
  readonly AttributeValues?: readonly string[];
}

interface RdsSnapshotAnswer {
  readonly DBSnapshot?: RdsSnapshot;
  readonly DBClusterSnapshot?: RdsSnapshot;
}

interface RdsAttributesAnswer {
  readonly DBSnapshotAttributesResult?: { readonly DBSnapshotAttributes?: readonly RdsAttribute[] };
  readonly DBClusterSnapshotAttributesResult?: {
    readonly DBClusterSnapshotAttributes?: readonly RdsAttribute[];
  };
}

type RdsSnapshotNoun = "DBSnapshot" | "DBClusterSnapshot";

type RdsSnapshotCommands = {
  readonly [N in RdsSnapshotNoun as `Copy${N}Command` | `Delete${N}Command`]: CommandOf<RdsSnapshotAnswer>;
} & {
  readonly [
    N in RdsSnapshotNoun as `Describe${N}AttributesCommand` | `Modify${N}AttributeCommand`
  ]: CommandOf<RdsAttributesAnswer>;
};

export interface RdsSdk extends RdsSnapshotCommands {
  readonly RDSClient: new (config: object) => Sender;
  readonly AddTagsToResourceCommand: CommandOf<object>;
  readonly RemoveTagsFromResourceCommand: CommandOf<object>;
  readonly paginateDescribeDBInstances: Paginate<{
    readonly DBInstances?: readonly {
      readonly DBInstanceIdentifier?: string;
      /** GiB. */
      readonly AllocatedStorage?: number;
      readonly KmsKeyId?: string;
      readonly PerformanceInsightsKMSKeyId?: string;
    }[];
  }>;
  readonly paginateDescribeDBClusters: Paginate<{
    readonly DBClusters?: readonly {
      readonly DBClusterIdentifier?: string;
      readonly AllocatedStorage?: number;
      readonly KmsKeyId?: string;
    }[];
  }>;
  readonly paginateDescribeDBSnapshots: Paginate<{
    readonly DBSnapshots?: readonly RdsSnapshot[];
  }>;
  readonly paginateDescribeDBClusterSnapshots: Paginate<{
    readonly DBClusterSnapshots?: readonly RdsSnapshot[];
  }>;
  readonly paginateDescribeDBInstanceAutomatedBackups: Paginate<{
    readonly DBInstanceAutomatedBackups?: readonly {
      readonly DBInstanceIdentifier?: string;
      readonly KmsKeyId?: string;
    }[];
  }>;
  readonly paginateDescribeDBClusterAutomatedBackups: Paginate<{
    readonly DBClusterAutomatedBackups?: readonly {
      readonly DBClusterIdentifier?: string;
      readonly KmsKeyId?: string;
    }[];
  }>;
}

export interface SecretsManagerSdk {
  readonly SecretsManagerClient: Client;
  readonly paginateListSecrets: Paginate<{
    readonly SecretList?: readonly { readonly Name?: string; readonly KmsKeyId?: string }[];
  }>;
}

export interface CloudWatchLogsSdk {
  readonly CloudWatchLogsClient: Client;
  readonly paginateDescribeLogGroups: Paginate<{
    readonly logGroups?: readonly { readonly logGroupName?: string; readonly kmsKeyId?: string }[];
  }>;
}
