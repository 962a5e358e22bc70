import { copyKeyOf, isCopyKeyPurpose, type RememberedKey } from "../../../topology";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import { keyName } from "./foundation";

/** The result of a command that changed nothing, with the reasons. */
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
  const place = "remove its place from the topology";
  if (copyKey === undefined) return place;
  return `${place}, or declare the next one (keyGenerations: { ${copyKey.name}: ${copyKey.generation + 1} })`;
}

function useOf({ purpose }: RememberedKey): string {
  if (purpose === "buckets") return "buckets of the topology are encrypted under it";
  return isCopyKeyPurpose(purpose)
    ? "the topology copies images under it"
    : "the topology declares it under keys";
}

/** A key that is in the lock file and not in AWS. */
export function isMissing(key: RememberedKey): Refusal {
  const { keyId, alias, account, region } = key;
  return {
    subject: keyName(key),
    what: `there is no key ${keyId ?? alias} in ${account} ${region}`,
    fix: "check that its alias exists there; keyferry keys list shows every recorded key",
    account,
  };
}

export function isGone(key: RememberedKey): Refusal {
  const { keyId, alias, account, region } = key;
  return {
    subject: keyName(key),
    what: `KMS has permanently deleted ${keyId ?? alias} in ${account} ${region}`,
  };
}
