import type { KeyUse } from "../../engine/results";
import type { TrailRecord } from "../../aws";

/** A key whose uses are audited. */
export interface AuditedKey {
  /** `prod/eu-central-1/home` */
  readonly name: string;
  readonly arn: string;
}

/**
 * KMS's operations that use a key or allow its use; the others only read or change the key itself. Source: KMS
 * developer guide, "Logging AWS KMS API calls".
 */
const USES =
  /^(CreateGrant|Decrypt|Encrypt|GenerateDataKey|GenerateMac|ReEncrypt|RetireGrant|RevokeGrant|Sign|VerifyMac)/;

/**
 * The uses of a key, the oldest first: KMS writes a call on another account's key into the event history of both accounts, with the
 * same `sharedEventID`.
 */
export function pairedUses(key: AuditedKey, records: readonly TrailRecord[]): readonly KeyUse[] {
  const byCall = new Map<string, TrailRecord[]>();
  // Event histories begin with the newest event, and their times are in whole seconds.
  const oldestFirst = [...records].reverse();
  for (const record of oldestFirst.filter(
    ({ source, operation }) => source === KMS && USES.test(operation),
  )) {
    const id = record.sharedEventId ?? record.eventId;
    const known = byCall.get(id) ?? [];
    if (!known.some(({ eventId }) => eventId === record.eventId)) byCall.set(id, [...known, record]);
  }
  return [...byCall.values()].map((call) => useOf(key, call)).sort((a, b) => a.at.localeCompare(b.at));
}

const KMS = "kms.amazonaws.com";

function useOf(key: AuditedKey, records: readonly TrailRecord[]): KeyUse {
  // The record in the caller's own account names the principal; records in other accounts name only the caller's account.
  const [primary, ...others] = [...records].sort((a, b) => detail(b) - detail(a));
  if (primary === undefined) throw new TypeError("a use of a key without a record");
  const all = [primary, ...others];
  return {
    at: primary.at,
    operation: primary.operation,
    key: key.name,
    keyArn: key.arn,
    by: primary.principal,
    encryptionContext: primary.encryptionContext,
    ...(primary.refusal === undefined ? {} : { refusal: primary.refusal }),
    seenIn: all.map(({ account }) => account),
    eventIds: all.map(({ eventId }) => eventId),
    ...(primary.sharedEventId === undefined ? {} : { sharedEventId: primary.sharedEventId }),
  };
}

function detail({ principal }: TrailRecord): number {
  return principal.arn === undefined ? 0 : 1;
}
