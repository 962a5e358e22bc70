import { isRecord, SERVICES_WITH_SUFFIX } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import { ORGANIZATION, ROLE_ARN, UNIT_PATH } from "../../policy/key-shares";
import { checkAccountName } from "../check-names";
import { rawList } from "../raw-input";

type Raw = Readonly<Record<string, unknown>>;
type Accounts = Readonly<Record<string, unknown>>;

const ACCOUNT_ID = /^\d{12}$/;

/** Checks the principals that a key is shared with, as far as the input can be read. */
export function checkSharedWith(
  raw: unknown,
  key: Raw,
  path: string,
  accounts: Accounts,
): readonly Problem[] {
  if (!isRecord(raw)) return [];
  const owner = idOf(key["account"], accounts);
  const { organization } = raw;
  return [
    ...checkNobody(raw, path),
    ...each(raw["accounts"], `${path}.accounts`, (name, at) => checkSharedAccount(name, at, owner, accounts)),
    ...each(raw["roles"], `${path}.roles`, (arn, at) => checkRole(arn, at, owner)),
    ...(typeof organization === "string" && !ORGANIZATION.test(organization)
      ? [
          {
            path: `${path}.organization`,
            what: `"${organization}" is not the id of an organisation`,
            allowed: "o- and 10 to 32 lower-case letters or digits",
            fix: "aws organizations describe-organization shows the id",
          },
        ]
      : []),
    ...each(raw["organizationalUnits"], `${path}.organizationalUnits`, (unit, at) =>
      checkUnit(unit, at, organization),
    ),
    ...each(raw["viaServices"], `${path}.viaServices`, () => []),
  ];
}

/** Checks the service-linked roles that get grants, as far as the input can be read. */
export function checkLaunchGrants(raw: unknown, path: string, accounts: Accounts): readonly Problem[] {
  const seen = new Map<string, string>();
  return rawList(raw).flatMap((grant, index): readonly Problem[] => {
    if (!isRecord(grant)) return [];
    const at = `${path}[${index}]`;
    const { account, awsServiceName = "autoscaling.amazonaws.com", customSuffix } = grant;
    const id = JSON.stringify([account, awsServiceName, customSuffix]);
    const other = seen.get(id);
    seen.set(id, at);
    return [
      ...checkAccountName(account, `${at}.account`, accounts),
      ...checkIssuer(account, `${at}.account`, accounts),
      ...(customSuffix !== undefined && !SERVICES_WITH_SUFFIX.some((service) => service === awsServiceName)
        ? [
            {
              path: `${at}.customSuffix`,
              what: `the service-linked role of ${String(awsServiceName)} cannot have a suffix`,
              allowed: `a suffix only for ${SERVICES_WITH_SUFFIX.join(", ")}`,
            },
          ]
        : []),
      ...(other === undefined
        ? []
        : [{ path: at, what: `the same role is already at ${other}`, fix: "remove one of them" }]),
    ];
  });
}

/** The key policy names the role that creates a grant, so the account must have a deploy role. */
export function checkIssuer(name: unknown, path: string, accounts: Accounts): readonly Problem[] {
  const account = typeof name === "string" ? accounts[name] : undefined;
  if (!isRecord(account)) return [];
  const hasRole =
    account["deployRole"] !== false &&
    (account["profile"] === undefined || account["deployRole"] !== undefined);
  if (hasRole) return [];
  return [
    {
      path,
      what: `${String(name)} has no deploy role, and the key policy must name the role that creates the grant`,
      fix: `set accounts.${String(name)}.deployRole to the role that Terraform uses in that account`,
    },
  ];
}

function checkNobody(raw: Raw, path: string): readonly Problem[] {
  const lists = ["accounts", "roles", "organizationalUnits"].flatMap((name) => rawList(raw[name]));
  if (lists.length > 0 || raw["organization"] !== undefined) return [];
  const allowed = "accounts, roles, organization or organizationalUnits";
  return [
    { path, what: "the key is shared with no principal", allowed, fix: "name a principal, or leave it out" },
  ];
}

function checkSharedAccount(
  name: string,
  path: string,
  owner: string | undefined,
  accounts: Accounts,
): readonly Problem[] {
  const id = ACCOUNT_ID.test(name) ? name : idOf(name, accounts);
  if (id !== undefined) return id === owner ? [ownAccount(path)] : [];
  if (Object.hasOwn(accounts, name)) return [];
  const known = Object.keys(accounts);
  return [
    {
      path,
      what: `"${name}" is neither a declared account nor an account id`,
      allowed: [...known, "12 digits"].join(", "),
    },
  ];
}

function checkRole(arn: string, path: string, owner: string | undefined): readonly Problem[] {
  const found = ROLE_ARN.exec(arn);
  if (found === null) {
    const allowed = "the full ARN of a role, with its path: no wildcard, and not the ARN of a session";
    return [{ path, what: `"${arn}" is not the ARN of a role`, allowed }];
  }
  return found[2] === owner ? [ownAccount(path)] : [];
}

function checkUnit(unit: string, path: string, organization: unknown): readonly Problem[] {
  if (!UNIT_PATH.test(unit)) {
    return [
      {
        path,
        what: `"${unit}" is not the path of an organisational unit`,
        allowed: "o-…/r-…/ou-…: the path from the organisation and its root down to the unit",
        fix: "aws organizations list-parents shows its parents",
      },
    ];
  }
  if (unit.split("/")[0] !== organization) return [];
  const what = `the unit is in ${organization}, and the key is already shared with the whole organisation`;
  return [{ path, what, fix: "remove the organisation, or the unit" }];
}

function ownAccount(path: string): Problem {
  const what = "the account owns the key, so its IAM already decides who may use it";
  return { path, what, fix: "leave it out" };
}

/** Checks each text of a list, and that no text is listed twice. */
function each(
  raw: unknown,
  path: string,
  check: (text: string, path: string) => readonly Problem[],
): readonly Problem[] {
  const listed = rawList(raw);
  return listed.flatMap((text, index): readonly Problem[] => {
    if (typeof text !== "string") return [];
    const at = `${path}[${index}]`;
    if (listed.indexOf(text) === index) return check(text, at);
    return [{ path: at, what: `${text} is listed twice`, fix: "remove one of them" }];
  });
}

function idOf(name: unknown, accounts: Accounts): string | undefined {
  const account = typeof name === "string" ? accounts[name] : undefined;
  return isRecord(account) && typeof account["id"] === "string" ? account["id"] : undefined;
}
