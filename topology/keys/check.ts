import { type DeepPartial, isRecord } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import { pathText } from "../../core/path-text";
import { checkAccountName, checkNames, checkRegion } from "../check-names";
import { COPY_KEY_PURPOSES } from "../lock/model";
import { checkLaunchGrants, checkSharedWith } from "./check-access";
import type { NamedKeyInput } from "./schema";

/** The names of the foundation's keys, whose aliases stand beside those of the section `keys`. */
const TAKEN_NAMES: readonly string[] = COPY_KEY_PURPOSES;

type RawKey = DeepPartial<NamedKeyInput>;

/** Checks of meaning of the section `keys`, on whatever the user wrote. */
export function checkKeys(keys: unknown, accounts: Readonly<Record<string, unknown>>): Problem[] {
  if (!isRecord(keys)) return [];
  const problems = Object.entries(keys).flatMap(([name, key]) => {
    const path = pathText(["keys", name]);
    return [...checkName(name, path), ...(isRecord(key) ? checkKey(key as RawKey, path, accounts) : [])];
  });
  return [...checkNames("keys", keys), ...problems];
}

function checkName(name: string, path: string): Problem[] {
  if (!TAKEN_NAMES.includes(name)) return [];
  const what = "this name is that of a key which the foundation makes";
  return [{ path, what, allowed: `any other than ${TAKEN_NAMES.join(", ")}` }];
}

function checkKey(key: RawKey, path: string, accounts: Readonly<Record<string, unknown>>): Problem[] {
  return [
    ...checkAccountName(key.account, `${path}.account`, accounts),
    ...checkRegions(key, path),
    ...checkCombinations(key, path),
    ...checkSharedWith(key.sharedWith, key, `${path}.sharedWith`, accounts),
    ...checkLaunchGrants(key.launchGrants, `${path}.launchGrants`, accounts),
  ];
}

function checkRegions({ regions }: RawKey, path: string): Problem[] {
  if (!Array.isArray(regions)) return [];
  const listed = regions as readonly unknown[];
  return listed.flatMap((region, index): Problem[] => {
    const at = `${path}.regions[${index}]`;
    if (typeof region !== "string" || listed.indexOf(region) === index) return [...checkRegion(region, at)];
    return [{ path: at, what: `${region} is listed twice`, fix: "leave one of them out" }];
  });
}

/** Settings that KMS does not combine. Source: KMS developer guide, Importing key material, Rotating AWS KMS keys. */
function checkCombinations(key: RawKey, path: string): Problem[] {
  if (key.imported !== true) return [];
  const problems: Problem[] = [];
  if (key.rotationPeriodInDays !== undefined) {
    problems.push({
      path: `${path}.rotationPeriodInDays`,
      what: "KMS does not rotate imported key material by itself",
      fix: "leave it out; keyferry keys rotate rotates the key on demand, with new material that you import",
    });
  }
  if (key.enabled === false) {
    problems.push({
      path: `${path}.enabled`,
      what: "a key that waits for its material cannot be disabled",
      fix: "leave it out, and take the key out of the topology; keyferry keys disable then disables it",
    });
  }
  return problems;
}
