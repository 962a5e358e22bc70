import { isRegion, nearestRegions } from "@keyferry/common";
import type { Problem } from "../core/errors";
import { pathText } from "../core/path-text";

/** Names become parts of stack names, parameter paths and tags. */
const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** Names that the user gives to accounts and rules. @param path where they are declared: `accounts` */
export function checkNames(path: string, named: Readonly<Record<string, unknown>>): readonly Problem[] {
  return Object.keys(named)
    .filter((name) => !NAME.test(name))
    .map((name) => ({
      path: pathText([path, name]),
      what: "this name cannot be used",
      allowed: "1 to 32 lower-case letters, digits or hyphens, a letter first",
    }));
}

/** The account must be declared. */
export function checkAccountName(
  name: unknown,
  path: string,
  accounts: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  if (typeof name !== "string" || Object.hasOwn(accounts, name)) return [];
  const known = Object.keys(accounts);
  return [
    {
      path,
      what: `"${name}" is not a declared account`,
      allowed: known.length === 0 ? "a name declared under accounts" : known.join(", "),
    },
  ];
}

/** The Region must exist. */
export function checkRegion(region: unknown, path: string): readonly Problem[] {
  if (typeof region !== "string" || isRegion(region)) return [];
  return [
    { path, what: `the Region "${region}" does not exist`, allowed: nearestRegions(region).join(", ") },
  ];
}
