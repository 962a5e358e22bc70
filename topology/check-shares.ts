import { isRecord } from "@keyferry/common";
import type { Problem } from "../core/errors";
import type { RawPart } from "../kinds/declared-kind";
import { checkIssuer } from "./keys/check-access";
import { rawList, type RawRule } from "./raw-input";

type Accounts = Readonly<Record<string, unknown>>;

const ROLE_ARN = /^arn:aws[\w-]*:iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/;

/** Settings that only a destination with route share can have. */
const OF_SHARES = ["launchedBy", "volumesUnder"];

/** Problems of destinations with which an image is shared, in addition to the checks of every destination. */
export function checkShares({ rule, path }: RawRule, accounts: Accounts): readonly Problem[] {
  const from = isRecord(rule["from"]) ? rule["from"] : {};
  const destinations = rawList(rule["to"]).flatMap((to, index) =>
    isRecord(to) ? [{ to, at: `${path}.to[${index}]` }] : [],
  );
  const sharing = destinations.filter(({ to }) => to["route"] === "share");
  return destinations.flatMap(({ to, at }) =>
    to["route"] === "share"
      ? [
          ...checkOwnAccount(to, from, at),
          ...checkIssuer(to["account"], `${at}.account`, accounts),
          ...checkRoles(to, at, accounts),
          ...checkDevices(to, at, accounts),
        ]
      : [...checkNotShared(to, at), ...checkSamePlace(to, from, at, sharing)],
  );
}

function checkOwnAccount(to: RawPart, from: RawPart, at: string): readonly Problem[] {
  if (typeof to["account"] !== "string" || to["account"] !== from["account"]) return [];
  const what = "the account owns the image, so it can launch from it without sharing";
  return [
    { path: `${at}.route`, what, fix: "leave out route, to copy the image, or leave out the destination" },
  ];
}

/** The copy for sharing would be a second copy of the same image in the same place. */
function checkSamePlace(
  to: RawPart,
  from: RawPart,
  at: string,
  sharing: readonly { readonly to: RawPart; readonly at: string }[],
): readonly Problem[] {
  if (to["account"] !== from["account"]) return [];
  return rawList(to["regions"]).flatMap((region, index): readonly Problem[] => {
    const other = sharing.find((share) => rawList(share.to["regions"]).includes(region));
    if (other === undefined) return [];
    const what = `sharing the image in ${String(region)} (${other.at}) may need a copy in the same account and Region, and an image is copied into a place only once`;
    const fix = `leave out one of them: ${at} or the Region in ${other.at}`;
    return [{ path: `${at}.regions[${index}]`, what, fix }];
  });
}

function checkNotShared(to: RawPart, at: string): readonly Problem[] {
  return OF_SHARES.filter((key) => to[key] !== undefined).map((key) => ({
    path: `${at}.${key}`,
    what: "this setting applies only to a shared image, and this image is copied",
    fix: `set ${at}.route to "share", or leave this setting out`,
  }));
}

/** Only roles of the account that launches get access to the key. */
function checkRoles(to: RawPart, at: string, accounts: Accounts): readonly Problem[] {
  const { launchedBy } = to;
  if (!isRecord(launchedBy)) return [];
  const account = typeof to["account"] === "string" ? accounts[to["account"]] : undefined;
  const id = isRecord(account) ? account["id"] : undefined;
  const { services, roles } = launchedBy;
  const isNobody = Array.isArray(services) && rawList(services).length + rawList(roles).length === 0;
  return [
    ...(isNobody
      ? [
          {
            path: `${at}.launchedBy`,
            what: "no service or role launches from the image",
            fix: "name a service or a role",
          },
        ]
      : []),
    ...rawList(roles).flatMap((arn, index): readonly Problem[] => {
      if (typeof arn !== "string") return [];
      const path = `${at}.launchedBy.roles[${index}]`;
      const owner = ROLE_ARN.exec(arn)?.[1];
      if (owner === undefined) {
        const allowed = "the full ARN of a role, with its path: no wildcard, and not the ARN of a session";
        return [{ path, what: `"${arn}" is not the ARN of a role`, allowed }];
      }
      if (typeof id !== "string" || owner === id) return [];
      const what = `the role belongs to account ${owner}, but this destination shares the image with another account`;
      return [{ path, what, allowed: `roles of account ${id}` }];
    }),
  ];
}

/**
 * A volume of another account's snapshot is under the launching account's EBS default key unless the launch names a key for
 * each device. Source: EC2 user guide, Use encryption with EBS-backed AMIs.
 */
function checkDevices(to: RawPart, at: string, accounts: Accounts): readonly Problem[] {
  const { launch, account: name, volumesUnder } = to;
  if (!isRecord(launch)) return [];
  const account = typeof name === "string" ? accounts[name] : undefined;
  const hasDefault = isRecord(account) && account["ebsDefaults"] === true;
  const named = isRecord(launch["volumes"]) && Object.keys(launch["volumes"]).length > 0;
  if (named || (hasDefault && volumesUnder !== "source-key")) return [];
  return [
    {
      path: `${at}.launch.volumes`,
      what: "the launch of a shared image sets the key of each volume by its device name, and no device is named",
      allowed: 'the device names of the image: volumes: { "/dev/xvda": {} }',
      fix:
        volumesUnder === "source-key"
          ? "name every device of the image"
          : `name every device of the image, or set accounts.${String(name)}.ebsDefaults, which applies to all volumes`,
    },
  ];
}
