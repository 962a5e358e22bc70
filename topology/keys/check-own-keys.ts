import { type DeepPartial, isRecord, parseArn } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import { isKeyArn } from "../../policy/key-name";
import { checkRegion } from "../check-names";
import { rawList, type RawRule } from "../raw-input";
import type { TopologyInput } from "../schema";
import { REPLACEABLE_KEYS } from "./copy-keys";

type RawAccount = DeepPartial<TopologyInput["accounts"][string]> | undefined;

/** Checks whether an account's own keys fit their purpose, as far as their names show. */
export function checkOwnKeys(name: string, account: RawAccount, topology: unknown): readonly Problem[] {
  const keys: unknown = account?.ownKeys;
  if (!isRecord(keys)) return [];
  const path = `accounts.${name}.ownKeys`;
  return [
    ...REPLACEABLE_KEYS.flatMap((purpose) =>
      checkNamed(keys[purpose], `${path}.${purpose}`, account, topology),
    ),
    ...checkOneForBoth(keys, path),
    ...(account?.ebsDefaults === true
      ? [
          {
            path: `accounts.${name}.ebsDefaults`,
            what: "it sets keys of the foundation as EBS default keys, but the account uses its own keys",
            fix: "leave it out; to set the account's own key as the default, use aws ec2 modify-ebs-default-kms-key-id",
          },
        ]
      : []),
  ];
}

/** Source keys that are named by ARN must be in the source's Region. */
export function checkSourceKeys({ rule, path }: RawRule): readonly Problem[] {
  const from = rule["from"];
  if (!isRecord(from)) return [];
  return rawList(from["keys"]).flatMap((key, index) =>
    typeof key === "string" && isKeyArn(key)
      ? wrongRegion(key, from["region"], `${path}.from.keys[${index}]`)
      : [],
  );
}

function checkNamed(
  named: unknown,
  path: string,
  account: RawAccount,
  topology: unknown,
): readonly Problem[] {
  if (typeof named === "string") {
    if (isKeyArn(named)) {
      const region = parseArn(named)?.region ?? "";
      const what = "an ARN names a key in only one Region";
      return [{ path, what, fix: `state the Region: { "${region}": "${named}" }` }];
    }
    return checkAlias(named, path, topology);
  }
  if (!isRecord(named)) return [];
  return Object.entries(named).flatMap(([region, key]) => {
    const at = `${path}.${region}`;
    const ofRegion = checkRegion(region, at);
    if (typeof key !== "string" || ofRegion.length > 0) return ofRegion;
    if (!isKeyArn(key)) return checkAlias(key, at, topology);
    return [...wrongRegion(key, region, at), ...wrongAccount(key, account?.id, at)];
  });
}

function checkAlias(alias: string, path: string, topology: unknown): readonly Problem[] {
  if (/^alias\/aws\//.test(alias)) {
    const what = `${alias} is an AWS managed key, whose policy cannot be changed`;
    return [{ path, what, allowed: "a customer managed key" }];
  }
  if (alias.startsWith(`alias/keyferry/${String(topology)}/`)) {
    const what = `${alias} is the alias of a key that the foundation creates`;
    return [{ path, what, fix: "leave it out: the foundation's key is used by default" }];
  }
  return [];
}

function wrongRegion(arn: string, region: unknown, path: string): readonly Problem[] {
  const own = parseArn(arn)?.region;
  if (typeof region !== "string" || own === region) return [];
  const fix = "name the key of that Region; each replica of a multi-Region key has its own ARN";
  return [{ path, what: `the key is in ${own}, but a key in ${region} is needed there`, fix }];
}

function wrongAccount(arn: string, id: unknown, path: string): readonly Problem[] {
  const owner = parseArn(arn)?.account;
  if (typeof id !== "string" || owner === id) return [];
  const what = `the key belongs to account ${owner}, not to ${id}`;
  return [{ path, what, allowed: "a key of the account itself: the runner role reads its policy" }];
}

/** Other accounts that copy must never get access to the home key. */
function checkOneForBoth(keys: Readonly<Record<string, unknown>>, path: string): readonly Problem[] {
  const inRegion = (purpose: unknown, region: string) => (isRecord(purpose) ? purpose[region] : purpose);
  const { home, transit } = keys;
  const regions = [home, transit].flatMap((named) => (isRecord(named) ? Object.keys(named) : []));
  const both = [...new Set([...regions, ""])].find((region) => {
    const key = inRegion(home, region);
    return typeof key === "string" && key === inRegion(transit, region);
  });
  if (both === undefined) return [];
  const what =
    "home and transit are the same key, so other accounts that copy could also use the key of the account's own copies";
  return [{ path, what, fix: "name another key for home, or leave one of them out" }];
}
