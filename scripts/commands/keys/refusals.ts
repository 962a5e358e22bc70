import { copyKeyOf, isCopyKeyPurpose, type RememberedKey } from "../../../topology";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import { keyName } from "./foundation";

/** A command that changes nothing, with its reasons. */
export function refused(topology: string, refusals: readonly Refusal[]): KeyChange {
  return { topology, done: [], notes: [], refusals };
}

export function isActive(key: RememberedKey, what: "delete" | "disable" | "forget"): Refusal {
  return {
    subject: keyName(key),
    what: `it is active: ${useOf(key)}`,
    fix: `${leaving(key)} and deploy 'foundation-*', which retires it; then ${what} it`,
  };
}

function leaving({ purpose }: RememberedKey): string {
  const copyKey = copyKeyOf(purpose);
  const place = "take its place out of the topology";
  if (copyKey === undefined) return place;
  return `${place}, or declare the next one (keyGenerations: { ${copyKey.name}: ${copyKey.generation + 1} })`;
}

function useOf({ purpose }: RememberedKey): string {
  if (purpose === "buckets") return "buckets of the topology are under it";
  return isCopyKeyPurpose(purpose)
    ? "the topology copies images under it"
    : "the topology declares it under keys";
}

/** A key that the lock file knows and AWS does not. */
export function isMissing(key: RememberedKey): Refusal {
  const { keyId, alias, account, region } = key;
  return {
    subject: keyName(key),
    what: `there is no key ${keyId ?? alias} in ${account} ${region}`,
    fix: "see that its alias exists there; keyferry keys list shows every key that is known",
    account,
  };
}

export function isGone(key: RememberedKey): Refusal {
  const { keyId, alias, account, region } = key;
  return {
    subject: keyName(key),
    what: `KMS has deleted ${keyId ?? alias} in ${account} ${region} for good`,
  };
}
