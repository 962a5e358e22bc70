import { keyArn, parseArn } from "@keyferry/common";
import { aliasNotFound, invalid, keyNotFound, notFound } from "./errors";
import { isKeyId } from "./key-id";
import { addManagedKey, MANAGED_ALIASES } from "./managed-keys";
import { aliasArn, type Key, type KmsState } from "./state";

/** The origin of a reference: the caller's account, the Region of the call. */
export interface Viewpoint {
  readonly account: string;
  readonly region: string;
  readonly now: Date;
}

/**
 * Finds a key by id, ARN, alias or alias ARN. Ids and aliases refer to the caller's account; an ARN can refer to
 * another one. A predefined alias (`alias/aws/ebs`) creates its key at first use.
 * @throws AwsError with KMS's texts
 */
export function resolveKey(state: KmsState, reference: string, from: Viewpoint): Key {
  if (reference === "") throw invalid("KeyId must not be empty");
  const arn = toArn(reference, from);
  const parsed = parseArn(arn);
  if (parsed?.service !== "kms") throw notFound(`Invalid keyId '${reference}'`);
  if (parsed.region !== from.region) throw notFound(`Invalid arn ${parsed.region}`);
  if (!parsed.resource.startsWith("alias/")) {
    const key = state.key(arn);
    if (key === undefined) throw keyNotFound(arn);
    return key;
  }
  if (parsed.account === from.account && MANAGED_ALIASES[parsed.resource] !== undefined) {
    return addManagedKey(state, parsed.resource, from);
  }
  const alias = state.alias(arn);
  const key =
    alias === undefined ? undefined : state.key(keyArn(alias.region, alias.account, alias.targetKeyId));
  if (key === undefined) throw aliasNotFound(arn);
  return key;
}

function toArn(reference: string, { account, region }: Viewpoint): string {
  if (reference.startsWith("arn:")) return reference;
  if (reference.startsWith("alias/")) return aliasArn(region, account, reference);
  if (!isKeyId(reference)) throw notFound(`Invalid keyId '${reference}'`);
  return keyArn(region, account, reference);
}

/** The alias in a reference, with its prefix; undefined for a key id or key ARN. */
export function aliasIn(reference: string): string | undefined {
  return /(?:^|:)(alias\/.+)$/.exec(reference)?.[1];
}
