import { createRequire } from "node:module";
import type * as AutoScaling from "@aws-sdk/client-auto-scaling";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Kms from "@aws-sdk/client-kms";
import type * as S3 from "@aws-sdk/client-s3";
import type * as ServiceQuotas from "@aws-sdk/client-service-quotas";
import type * as Ssm from "@aws-sdk/client-ssm";
import type * as Sts from "@aws-sdk/client-sts";
import type * as Providers from "@aws-sdk/credential-providers";
import type { CloudWatchLogsSdk, RdsSdk, SecretsManagerSdk } from "./sdk-parts";

const load = createRequire(__filename);

/** The AWS SDK, each part loaded when it is asked for: one client costs a fifth of a second at start. */
export const sdk = {
  autoScaling: () => load("@aws-sdk/client-auto-scaling") as typeof AutoScaling,
  cloudWatchLogs: () => load("@aws-sdk/client-cloudwatch-logs") as CloudWatchLogsSdk,
  ec2: () => load("@aws-sdk/client-ec2") as typeof Ec2,
  iam: () => load("@aws-sdk/client-iam") as typeof Iam,
  kms: () => load("@aws-sdk/client-kms") as typeof Kms,
  rds: () => load("@aws-sdk/client-rds") as RdsSdk,
  s3: () => load("@aws-sdk/client-s3") as typeof S3,
  secretsManager: () => load("@aws-sdk/client-secrets-manager") as SecretsManagerSdk,
  serviceQuotas: () => load("@aws-sdk/client-service-quotas") as typeof ServiceQuotas,
  ssm: () => load("@aws-sdk/client-ssm") as typeof Ssm,
  sts: () => load("@aws-sdk/client-sts") as typeof Sts,
  credentialProviders: () => load("@aws-sdk/credential-providers") as typeof Providers,
};
