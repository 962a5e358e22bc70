import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import type { RawPart } from "../kinds/declared-kind";
import { rawList, type RawRule } from "./raw-input";

type Accounts = Readonly<Record<string, unknown>>;

/** Routes that need no access to a key of the source's account; for `auto`, the plan can choose such a route. */
const WITHOUT_KEYS: readonly unknown[] = ["store-restore", "auto"];

/** Problems of destinations whose route needs access to keys of an account that does not share its keys with them. */
export function checkSharedKeys({ rule, path, section }: RawRule, accounts: Accounts): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const name = from["account"];
  const source = typeof name === "string" ? accounts[name] : undefined;
  if (typeof name !== "string" || !isRecord(source)) return [];
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to) || WITHOUT_KEYS.includes(to["route"])) return [];
    const { account } = to;
    if (typeof account !== "string" || account === name || !isRecord(accounts[account])) return [];
    const why = notOpened(name, source, account, accounts[account]);
    if (why === undefined) return [];
    const fix = `if its key may be shared with ${account}, correct accounts.${name}.shareKeys`;
    return [
      {
        path: `${path}.to[${index}]`,
        what: `${why}, but the copies would need access of ${account} to its transit key`,
        ...(section === "images" ? { allowed: 'route: "store-restore" or "auto"' } : {}),
        fix: section === "images" ? fix : `${fix}, or leave out this destination`,
      },
    ];
  });
}

/** Why the keys of an account are not shared with another account; undefined if they are. */
function notOpened(
  name: string,
  { shareKeys, organization }: RawPart,
  other: string,
  receiver: RawPart,
): string | undefined {
  if (shareKeys === false) return `accounts.${name}.shareKeys is false`;
  if (shareKeys !== "organization" || organization === undefined) return undefined;
  if (organization === receiver["organization"]) return undefined;
  return `accounts.${name}.shareKeys is "organization", and accounts.${other}.organization is not ${String(organization)}`;
}
