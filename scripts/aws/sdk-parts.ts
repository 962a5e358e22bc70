import type { AnyClient } from "./client-config";

/**
 * The parts of SDK clients that are used in one place alone, for reading; the whole of their types is not compiled for it.
 * Source: API references of Amazon RDS, AWS Secrets Manager and Amazon CloudWatch Logs.
 */

/** A paginator of the SDK. */
type Paginate<Page> = (config: { readonly client: object }, input: object) => AsyncIterable<Page>;

type Client = new (config: object) => AnyClient;

export interface RdsSdk {
  readonly RDSClient: Client;
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
    readonly DBSnapshots?: readonly {
      readonly DBSnapshotIdentifier?: string;
      readonly AllocatedStorage?: number;
      readonly KmsKeyId?: string;
    }[];
  }>;
  readonly paginateDescribeDBClusterSnapshots: Paginate<{
    readonly DBClusterSnapshots?: readonly {
      readonly DBClusterSnapshotIdentifier?: string;
      readonly AllocatedStorage?: number;
      readonly KmsKeyId?: string;
    }[];
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
