import type { JobManifestGeneratorFilter, JobOperation } from "@aws-sdk/client-s3-control";
import { isAmazonsEndpoint } from "../../core/workspace";
import type { Place } from "../../topology";
import type { BatchJobsPort, JobWork } from "./bucket-ports";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { sdk } from "./sdk";

/** The port on real S3 Batch Operations, an API of S3 Control. */
export function batchJobsPort({ account, region }: Place, entry: Entry): BatchJobsPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const AccountId = account.id;
  const load = lazily(() => {
    const control = sdk.s3Control();
    const client = clientOf(control.S3ControlClient, region, entry);
    withoutAccountInHost(client.config);
    return { control, client };
  });
  return {
    async create({ bucketArn, roleArn, work, prefixes = [], description, report, tags, token }) {
      const { control, client } = load();
      const { JobId = "" } = await call(site("CreateJob"), () =>
        client.send(
          new control.CreateJobCommand({
            AccountId,
            ClientRequestToken: token,
            ConfirmationRequired: false,
            Description: description,
            Operation: operationOf(work),
            Priority: 1,
            Report:
              report === undefined
                ? { Enabled: false }
                : {
                    Enabled: true,
                    Bucket: report.bucketArn,
                    Prefix: report.prefix.replace(/\/$/, ""),
                    Format: "Report_CSV_20180820",
                    ReportScope: "FailedTasksOnly",
                  },
            RoleArn: roleArn,
            Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
            ManifestGenerator: {
              S3JobManifestGenerator: {
                SourceBucket: bucketArn,
                ExpectedBucketOwner: AccountId,
                EnableManifestOutput: false,
                Filter: {
                  EligibleForReplication: true,
                  ...filterOf(work),
                  ...(prefixes.length === 0 ? {} : { KeyNameConstraint: { MatchAnyPrefix: [...prefixes] } }),
                },
              },
            },
          }),
        ),
      );
      return JobId;
    },
    async describe(id) {
      const { control, client } = load();
      const { Job = {} } = await call(site(`DescribeJob ${id}`), () =>
        client.send(new control.DescribeJobCommand({ AccountId, JobId: id })),
      );
      const progress = Job.ProgressSummary;
      return {
        id,
        status: Job.Status ?? "",
        description: Job.Description ?? "",
        total: progress?.TotalNumberOfTasks ?? 0,
        succeeded: progress?.NumberOfTasksSucceeded ?? 0,
        failed: progress?.NumberOfTasksFailed ?? 0,
        failures: (Job.FailureReasons ?? []).map(({ FailureCode = "", FailureReason = "" }) => ({
          code: FailureCode,
          reason: FailureReason,
        })),
      };
    },
    async list() {
      const { control, client } = load();
      return call(site("ListJobs"), async () => {
        const jobs: { id: string; description: string; status: string; created: number }[] = [];
        const pages = control.paginateListJobs({ client }, { AccountId });
        for await (const { Jobs = [] } of pages)
          for (const { JobId = "", Description = "", Status = "", CreationTime } of Jobs)
            jobs.push({
              id: JobId,
              description: Description,
              status: Status,
              created: CreationTime?.getTime() ?? 0,
            });
        return jobs.sort((a, b) => b.created - a.created);
      });
    },
  };
}

function operationOf(work: JobWork): JobOperation {
  if (work.operation === "replicate") return { S3ReplicateObject: {} };
  const { keyArn, bucketKey } = work;
  return {
    S3UpdateObjectEncryption: {
      ObjectEncryption: { SSEKMS: { KMSKeyArn: keyArn, BucketKeyEnabled: bucketKey } },
    },
  };
}

function filterOf(work: JobWork): Partial<JobManifestGeneratorFilter> {
  if (work.operation === "replicate") {
    const { statuses, underKeysOnly } = work;
    return {
      ObjectReplicationStatuses: [...statuses],
      ...(underKeysOnly ? { MatchAnyObjectEncryption: [{ SSEKMS: {} }, { DSSEKMS: {} }] } : {}),
    };
  }
  return {
    MatchAnyObjectEncryption: [
      { SSES3: {} },
      ...work.otherKeyArns.map((KmsKeyArn) => ({ SSEKMS: { KmsKeyArn } })),
    ],
  };
}

interface EndpointConfig {
  endpointProvider(parameters: { readonly Endpoint?: string | undefined }, context?: object): { url: URL };
}

/**
 * S3 Control prefixes the host name with the account, even for an endpoint that is not Amazon's: `111111111111.127.0.0.1` does not
 * exist. The account is also in a header.
 */
function withoutAccountInHost(config: EndpointConfig): void {
  const amazons = config.endpointProvider.bind(config);
  config.endpointProvider = (parameters, context) =>
    parameters.Endpoint === undefined || isAmazonsEndpoint(parameters.Endpoint)
      ? amazons(parameters, context)
      : { url: new URL(parameters.Endpoint) };
}
