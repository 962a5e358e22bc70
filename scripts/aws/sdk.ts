import { createRequire } from "node:module";
import type * as AutoScaling from "@aws-sdk/client-auto-scaling";
import type * as CloudTrail from "@aws-sdk/client-cloudtrail";
import type * as Ec2 from "@aws-sdk/client-ec2";
import type * as Iam from "@aws-sdk/client-iam";
import type * as Kms from "@aws-sdk/client-kms";
import type * as S3 from "@aws-sdk/client-s3";
import type * as S3Control from "@aws-sdk/client-s3-control";
import type * as ServiceQuotas from "@aws-sdk/client-service-quotas";
import type * as Ssm from "@aws-sdk/client-ssm";
import type * as Sts from "@aws-sdk/client-sts";
import type * as Providers from "@aws-sdk/credential-providers";
import type { CloudWatchLogsSdk, RdsSdk, SecretsManagerSdk } from "./sdk-parts";

const load = createRequire(__filename);

/** The AWS SDK; each part is loaded on first use, because loading a client takes a fifth of a second. */
export const sdk = {
  autoScaling: () => part("@aws-sdk/client-auto-scaling") as typeof AutoScaling,
  cloudTrail: () => part("@aws-sdk/client-cloudtrail") as typeof CloudTrail,
  cloudWatchLogs: () => part("@aws-sdk/client-cloudwatch-logs") as CloudWatchLogsSdk,
  ec2: () => part("@aws-sdk/client-ec2") as typeof Ec2,
  iam: () => part("@aws-sdk/client-iam") as typeof Iam,
  kms: () => part("@aws-sdk/client-kms") as typeof Kms,
  rds: () => part("@aws-sdk/client-rds") as RdsSdk,
  s3: () => part("@aws-sdk/client-s3") as typeof S3,
  s3Control: () => part("@aws-sdk/client-s3-control") as typeof S3Control,
  secretsManager: () => part("@aws-sdk/client-secrets-manager") as SecretsManagerSdk,
  serviceQuotas: () => part("@aws-sdk/client-service-quotas") as typeof ServiceQuotas,
  ssm: () => part("@aws-sdk/client-ssm") as typeof Ssm,
  sts: () => part("@aws-sdk/client-sts") as typeof Sts,
  credentialProviders: () => part("@aws-sdk/credential-providers") as typeof Providers,
};

/** The shared state of the SDK's clients that controls what they print. */
interface SdkCore {
  readonly state?: { warningEmitted: boolean };
}

/** The SDK's notice about future Node versions is for the maintainers of Keyferry, and would be printed on standard error. */
function part(name: string): unknown {
  const { state } = createRequire(load.resolve(name))("@aws-sdk/core/client") as SdkCore;
  if (state !== undefined) state.warningEmitted = true;
  return load(name);
}
