import type { KeyReference, NamedPolicy, ReplicationDocuments } from "../../../policy";
import type { Place, TopologyBucket } from "../../../topology";
import { isAwsError, type DefaultEncryption, type KeyView, type ReplicationView } from "../../aws";
import type { ReplicateContext, Replication } from "./context";

/** The current state in AWS that decides about the replication of a rule into one destination. */
export interface ReplicationFacts {
  /** Undefined if the source has none, or it could not be read. */
  readonly configuration?: ReplicationView;
  readonly isVersioned: { readonly source: boolean; readonly destination: boolean };
  /** Object Lock; from the topology if AWS does not show it. */
  readonly objectLock: { readonly source: boolean; readonly destination: boolean };
  /** Whether new objects use an S3 Bucket Key. */
  readonly bucketKeys: { readonly source: boolean; readonly destination: boolean };
  /** The keys of the source, its own first. */
  readonly sourceKeys: readonly KeyView[];
  readonly destinationKey?: KeyView;
  /** What decides about an object under one of the source's keys. */
  documentsFor(sourceKey: string | undefined): ReplicationDocuments;
  /** Whether the destination accepts replicas under customer-provided keys (SSE-C); true if it could not be read. */
  readonly takesCustomerKeys: boolean;
  /** The encryption of new objects of the source that name none. @default - it could not be read */
  readonly sourceDefault?: DefaultEncryption;
  /** What could not be read, one sentence each. */
  readonly unknown: readonly string[];
}

/** Reads all of it; what AWS denies access to is reported and left undefined. */
export async function readFacts(
  { aws }: ReplicateContext,
  { rule, to }: Replication,
): Promise<ReplicationFacts> {
  const unknown: string[] = [];
  const looked = async <T>(what: string, look: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await look();
    } catch (error) {
      if (!isAwsError(error)) throw error;
      unknown.push(`${what} could not be read: ${error.message}`);
      return undefined;
    }
  };
  const { from } = rule;
  const source = aws.buckets(from);
  const destination = aws.buckets(to);
  const policyOf = async (side: string, { bucket, account, region }: TopologyBucket) => {
    const name = `policy of the ${side} bucket`;
    const found = await looked(`account ${account.id}: the ${name} ${bucket}`, async () => ({
      text: await aws.buckets({ account, region }).policy(bucket),
    }));
    return found && (found.text === undefined ? null : named(name, found.text));
  };
  const keyOf = (place: Place, { alias }: KeyReference) =>
    looked(`account ${place.account.id}: the key ${alias}`, () => aws.keys(place).describeKey(alias));
  const keyPolicyOf = async (side: string, place: Place, key: KeyView | undefined) => {
    if (key === undefined) return undefined;
    const name = `policy of the ${side}'s key`;
    const text = await looked(`account ${place.account.id}: the ${name} ${key.arn}`, () =>
      aws.keys(place).keyPolicy(key.arn),
    );
    return text === undefined ? undefined : named(name, text);
  };

  const configuration = await looked(`account ${from.account.id}: the replication of ${from.bucket}`, () =>
    source.replication(from.bucket),
  );
  const role = await looked(`account ${from.account.id}: role ${rule.role}`, () =>
    aws.roles(from.account).role(rule.role),
  );
  const sourceKeys: KeyView[] = [];
  const sourceKeyPolicies = new Map<string, NamedPolicy | undefined>();
  for (const reference of [from.key, ...from.otherKeys]) {
    const key = await keyOf(from, reference);
    if (key === undefined) continue;
    sourceKeys.push(key);
    sourceKeyPolicies.set(key.arn, await keyPolicyOf("source", from, key));
  }
  const destinationKey = await keyOf(to, to.key);
  const sourceBucket = await policyOf("source", from);
  const destinationBucket = await policyOf("destination", to);
  const destinationKeyPolicy = await keyPolicyOf("destination", to, destinationKey);
  const versioned = async (place: TopologyBucket, port: typeof source) =>
    (await looked(`account ${place.account.id}: the versioning of ${place.bucket}`, () =>
      port.isVersioned(place.bucket),
    )) ?? true;
  const isVersioned = {
    source: await versioned(from, source),
    destination: await versioned(to, destination),
  };
  const locked = async (place: TopologyBucket, port: typeof source) =>
    (await looked(`account ${place.account.id}: Object Lock of ${place.bucket}`, () =>
      port.hasObjectLock(place.bucket),
    )) ?? rule.objectLock;
  const objectLock = { source: await locked(from, source), destination: await locked(to, destination) };
  const encryptionOf = (place: TopologyBucket, port: typeof source) =>
    looked(`account ${place.account.id}: the default encryption of ${place.bucket}`, () =>
      port.defaultEncryption(place.bucket),
    );
  const sourceDefault = await encryptionOf(from, source);
  const destinationDefault = await encryptionOf(to, destination);
  const bucketKeys = {
    source: sourceDefault?.bucketKey ?? true,
    destination: destinationDefault?.bucketKey ?? true,
  };
  const attached = [
    ...(role?.attached ?? []).map((name) => `managed policy ${name}`),
    ...(role?.hasBoundary === true ? ["permissions boundary"] : []),
  ];
  if (attached.length > 0)
    unknown.push(
      `account ${from.account.id}: role ${rule.role} has more than its own policies: ${attached.join(", ")}`,
    );
  return {
    ...(configuration === undefined ? {} : { configuration }),
    isVersioned,
    objectLock,
    bucketKeys,
    takesCustomerKeys: destinationDefault === undefined || destinationDefault.takesCustomerKeys === true,
    ...(sourceDefault === undefined ? {} : { sourceDefault }),
    sourceKeys,
    ...(destinationKey === undefined ? {} : { destinationKey }),
    documentsFor: (sourceKey) => ({
      ...(role === undefined
        ? {}
        : {
            role: role.policies.map(({ name, document }) =>
              named(`policy ${name} of role ${rule.role}`, document),
            ),
          }),
      others: present({
        "trust policy": role && named("role's trust policy", role.trust),
        "source bucket": sourceBucket,
        "source key": sourceKey === undefined ? undefined : sourceKeyPolicies.get(sourceKey),
        "destination bucket": destinationBucket,
        "destination key": destinationKeyPolicy,
      }),
    }),
    unknown,
  };
}

function named(name: string, text: string): NamedPolicy {
  return { name, document: JSON.parse(text) as unknown };
}

function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
