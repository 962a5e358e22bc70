import { roleArn } from "@keyferry/common";
import { KeyferryError } from "../../core/errors";
import type { Account, Topology } from "../../topology";
import { call, clientOf, type CredentialProvider, type Credentials, type Entry } from "./client-config";
import { systemTime } from "./pace";
import { sdk } from "./sdk";

/** Credentials are renewed this long before they expire: a call that is signed at the last moment must still arrive. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** The maximum duration of a chained role session. Source: STS API reference, AssumeRole. */
const SESSION_SECONDS = 3600;

/** The base credentials for an account: its own profile, else the operator's, else the ambient ones. */
export function baseCredentials(topology: Topology, account: Account): CredentialProvider {
  const profile = account.profile ?? topology.operator.profile;
  let provider: CredentialProvider | undefined;
  return async () => {
    if (provider === undefined) {
      const { fromIni, fromNodeProviderChain } = sdk.credentialProviders();
      provider = profile === undefined ? fromNodeProviderChain() : fromIni({ profile });
    }
    return provider();
  };
}

export interface RoleToAssume {
  readonly account: Account;
  readonly roleName: string;
  /** 2 to 64 characters; appears in the account's CloudTrail. */
  readonly sessionName: string;
  readonly region: string;
  readonly externalId?: string;
}

/** Credentials of a role, assumed with the base credentials, shared by all clients and renewed before they expire. */
export function assumedRole(topology: Topology, role: RoleToAssume, base: Entry): CredentialProvider {
  let current: Promise<Credentials> | undefined;
  let renewAt = 0;
  const time = base.time ?? systemTime;
  return async () => {
    if (current === undefined || time.now() >= renewAt) {
      renewAt = Number.POSITIVE_INFINITY;
      current = assume(topology, role, base);
      try {
        renewAt = ((await current).expiration?.getTime() ?? 0) - RENEW_BEFORE_MS;
      } catch (error) {
        current = undefined;
        throw error;
      }
    }
    return current;
  };
}

/** The expiry is an hour from now by this machine's clock, with which it is compared; AWS's clock may differ. */
async function assume(topology: Topology, role: RoleToAssume, base: Entry): Promise<Credentials> {
  const expiration = new Date((base.time ?? systemTime).now() + SESSION_SECONDS * 1000);
  const { STSClient, AssumeRoleCommand } = sdk.sts();
  const client = clientOf(STSClient, role.region, base);
  const arn = roleArn(topology.partition, role.account.id, role.roleName);
  const site = { operation: `AssumeRole ${arn}`, account: role.account.id, region: role.region };
  const answer = await call(site, () =>
    client.send(
      new AssumeRoleCommand({
        RoleArn: arn,
        RoleSessionName: role.sessionName,
        DurationSeconds: SESSION_SECONDS,
        ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
      }),
    ),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) {
    throw new KeyferryError(`AssumeRole of ${arn} returned no credentials`, {
      code: "NoCredentials",
      source: "aws",
      account: role.account.id,
    });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    expiration,
  };
}
