import { type DeepPartial, isRecord } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import { pathText } from "../../core/path-text";
import { checkAccountName, checkNames, checkRegion } from "../check-names";
import { COPY_KEY_PURPOSES } from "../lock/model";
import { checkLaunchGrants, checkSharedWith } from "./check-access";
import type { NamedKeyInput } from "./schema";

/** The names of the foundation's keys; their aliases have the same form as those of the section `keys`. */
const TAKEN_NAMES: readonly string[] = COPY_KEY_PURPOSES;

type RawKey = DeepPartial<NamedKeyInput>;

/** Checks the meaning of the section `keys`, on input of any shape. */
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
  const what = "this name is reserved for a key that the foundation creates";
  return [{ path, what, allowed: `any name other than ${TAKEN_NAMES.join(", ")}` }];
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
    return [{ path: at, what: `${region} is listed twice`, fix: "remove one of them" }];
  });
}

/** Settings that KMS cannot combine. Source: KMS developer guide, Importing key material, Rotating AWS KMS keys. */
function checkCombinations(key: RawKey, path: string): Problem[] {
  if (key.imported !== true) return [];
  const problems: Problem[] = [];
  if (key.rotationPeriodInDays !== undefined) {
    problems.push({
      path: `${path}.rotationPeriodInDays`,
      what: "KMS does not rotate imported key material automatically",
      fix: "leave it out; keyferry keys rotate rotates the key on demand, with new material that you import",
    });
  }
  if (key.enabled === false) {
    problems.push({
      path: `${path}.enabled`,
      what: "a key cannot be disabled before its material is imported",
      fix: "leave it out, and remove the key from the topology; keyferry keys disable then disables it",
    });
  }
  return problems;
}
