import type { Problem } from "../core/errors";
import { must } from "../core/must";
import { type DeepPartial, isRecord, isRegion, partitionOf } from "@keyferry/common";
import { checkBuckets } from "./buckets/check";
import { rawBucketRules, rawBuckets } from "./buckets/raw";
import { checkClashes } from "./check-clashes";
import { checkCopyNames } from "./check-copy-names";
import { checkAccountName, checkNames, checkRegion } from "./check-names";
import { SECTIONS } from "../kinds/declared";
import { checkTagKeys } from "../kinds/shared/declare/check-tag-keys";
import { checkKeys } from "./keys/check";
import { checkSharedImagesKey } from "./keys/check-shared-images";
import { checkOwnKeys, checkSourceKeys } from "./keys/check-own-keys";
import { REPLACEABLE_KEYS } from "./keys/copy-keys";
import { checkPrices } from "./prices";
import { checkRegistered } from "./check-registered";
import { checkSharedKeys } from "./check-shared-keys";
import { checkShares } from "./check-shares";
import { checkStored } from "./check-stored";
import { rawDestinations, rawKeyRegions, rawList, rawRules, type RawRule } from "./raw-input";
import type { RawPart } from "../kinds/declared-kind";
import type { TopologyInput } from "./schema";

/**
 * Checks of meaning. They run on the raw input, which can have any shape, and check only the parts with the right shape,
 * so that one report contains every problem.
 */
export function checkMeaning(input: unknown): Problem[] {
  const topology: DeepPartial<TopologyInput> = isRecord(input) ? input : {};
  const accounts = isRecord(topology.accounts) ? (topology.accounts as Accounts) : {};
  const rules = rawRules(topology as RawPart);
  return [
    ...checkNames("accounts", accounts),
    ...checkAccounts(accounts),
    ...Object.entries(accounts).flatMap(([name, account]) => checkOwnKeys(name, account, topology.name)),
    ...checkAccountName(topology.operator, "operator", accounts),
    ...checkState(topology.state, accounts),
    ...checkPrices(topology.prices, "prices."),
    ...(isRecord(input) ? checkSections(input) : []),
    ...checkRuleNames(rules),
    ...rules.flatMap((rule) => checkRule(rule, accounts)),
    ...rules.flatMap((rule) => checkRegistered(rule, topology.keys)),
    ...checkBuckets(topology as RawPart, accounts),
    ...checkKeys(topology.keys, accounts),
    ...checkSharedImagesKey(rules, topology.keys),
    ...checkPartition(placesOf(rules, topology as RawPart, accounts)),
    ...checkClashes(rules),
  ];
}

type Accounts = Readonly<Record<string, DeepPartial<TopologyInput["accounts"][string]> | undefined>>;

function checkAccounts(accounts: Accounts): Problem[] {
  const problems: Problem[] = [];
  const byId = new Map<string, string>();
  if (Object.keys(accounts).length === 0) {
    problems.push({
      path: "accounts",
      what: "no account is declared",
      fix: "declare the source and destination accounts",
    });
  }
  for (const [name, account] of Object.entries(accounts)) {
    const id = account?.id;
    if (typeof id !== "string") continue;
    if (!/^\d{12}$/.test(id)) {
      problems.push({
        path: `accounts.${name}.id`,
        what: `"${id}" is not an account id`,
        allowed: "exactly 12 digits",
      });
      continue;
    }
    const other = byId.get(id);
    if (other !== undefined) {
      problems.push({
        path: `accounts.${name}.id`,
        what: `account ${id} is declared twice, as ${other} and ${name}`,
        fix: "keep one of them",
      });
    }
    byId.set(id, name);
  }
  return [
    ...problems,
    ...Object.entries(accounts).flatMap(([name, account]) => [
      ...checkGenerations(name, account),
      ...checkOrganization(name, account),
    ]),
  ];
}

/** An account whose keys are open within its organisation must name the organisation. */
function checkOrganization(name: string, account: Accounts[string]): Problem[] {
  if (account?.shareKeys !== "organization" || account.organization !== undefined) return [];
  return [
    {
      path: `accounts.${name}.organization`,
      what: 'it is missing; shareKeys: "organization" needs the id of the account\'s organisation',
      fix: "aws organizations describe-organization shows the id; set it for every account of the organisation",
    },
  ];
}

/** The names of generations by Region must be Regions. */
function checkGenerations(name: string, account: Accounts[string]): Problem[] {
  const generations: unknown = account?.keyGenerations;
  if (!isRecord(generations)) return [];
  return REPLACEABLE_KEYS.flatMap((key) => {
    const byRegion = generations[key];
    if (!isRecord(byRegion)) return [];
    const path = `accounts.${name}.keyGenerations.${key}`;
    return Object.keys(byRegion).flatMap((region) => checkRegion(region, `${path}.${region}`));
  });
}

function checkState(state: DeepPartial<TopologyInput["state"]>, accounts: Accounts): Problem[] {
  if (!isRecord(state)) return [];
  return [
    ...checkAccountName(state.account, "state.account", accounts),
    ...checkRegion(state.region, "state.region"),
  ];
}

/** There must be something to copy, and its names must be valid. */
function checkSections(topology: RawPart): Problem[] {
  const sections = [
    ...SECTIONS.map(([section, { noun }]) => ({ section, noun })),
    { section: "buckets", noun: { one: "bucket", many: "buckets" } },
  ];
  const declared = sections.flatMap(({ section, noun }) =>
    topology[section] === undefined ? [] : [{ section, noun, rules: topology[section] }],
  );
  const [first] = declared;
  const hasKeys = isRecord(topology["keys"]) && Object.keys(topology["keys"]).length > 0;
  if (first === undefined) {
    if (hasKeys) return [];
    const names = sections.map(({ section }) => section);
    return [
      {
        path: "(top level)",
        what: "nothing to copy is declared",
        allowed: `rules under ${names.slice(0, -1).join(", ")} or ${names.at(-1)}, or keys`,
      },
    ];
  }
  const isEmpty =
    !hasKeys && declared.every(({ rules }) => isRecord(rules) && Object.keys(rules).length === 0);
  return [
    ...(isEmpty
      ? [
          {
            path: first.section,
            what: `no ${first.noun.many} are declared`,
            fix: `declare at least one ${first.noun.one}`,
          },
        ]
      : []),
    ...SECTIONS.flatMap(([section]) =>
      isRecord(topology[section]) ? checkNames(section, topology[section]) : [],
    ),
  ];
}

/** Records at AWS are stored under the rule's name alone, so names must be unique across kinds. */
function checkRuleNames(rules: readonly RawRule[]): Problem[] {
  const first = new Map<string, string>();
  return rules.flatMap(({ name, path }) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, path);
    return other === undefined
      ? []
      : [{ path, what: `the name is already used by ${other}`, fix: "give one of them another name" }];
  });
}

function checkRule(raw: RawRule, accounts: Accounts): Problem[] {
  const { kind, rule, path } = raw;
  return [
    ...checkSource(raw, accounts),
    ...checkDestinations(raw, accounts),
    ...checkShares(raw, accounts),
    ...checkStored(raw),
    ...checkCopyNames(raw, accounts),
    ...checkSourceKeys(raw),
    ...checkSharedKeys(raw, accounts),
    ...checkTagKeys(rule["tags"], `${path}.tags`),
    ...rawList(rule["to"]).flatMap((to, index) =>
      isRecord(to) ? kind.checkDestination(rule, to, { rule: path, to: `${path}.to[${index}]` }) : [],
    ),
  ];
}

function checkSource({ kind, rule, path }: RawRule, accounts: Accounts): readonly Problem[] {
  const from = rule["from"];
  if (!isRecord(from)) return [];
  return [
    ...checkAccountName(from["account"], `${path}.from.account`, accounts),
    ...checkRegion(from["region"], `${path}.from.region`),
    ...kind.checkSource(from, `${path}.from`),
  ];
}

/** Accounts and Regions must exist, and no two destinations may be the same. */
function checkDestinations({ rule, path }: RawRule, accounts: Accounts): Problem[] {
  const seen = new Map<string, string>();
  return rawList(rule["to"]).flatMap((to, index): readonly Problem[] => {
    if (!isRecord(to)) return [];
    const at = `${path}.to[${index}]`;
    const { account } = to;
    return [
      ...checkAccountName(account, `${at}.account`, accounts),
      ...rawList(to["regions"]).flatMap((region, r) => {
        const place = `${at}.regions[${r}]`;
        return [...checkRegion(region, place), ...checkTwice(seen, account, region, place)];
      }),
    ];
  });
}

function checkTwice(seen: Map<string, string>, account: unknown, region: unknown, path: string): Problem[] {
  if (typeof account !== "string" || typeof region !== "string") return [];
  const other = seen.get(`${account}/${region}`);
  seen.set(`${account}/${region}`, path);
  if (other === undefined) return [];
  return [
    {
      path,
      what: `two rules for one destination: ${account} in ${region} is already at ${other}`,
      fix: "keep one of them",
    },
  ];
}

interface RawPlace {
  readonly path: string;
  readonly region: unknown;
}

/** Every Region that a rule or key names. */
function placesOf(rules: readonly RawRule[], topology: RawPart, accounts: Accounts): readonly RawPlace[] {
  return [
    ...rules.flatMap((raw) => {
      const { from } = raw.rule;
      return [
        { path: `${raw.path}.from.region`, region: isRecord(from) ? from["region"] : undefined },
        ...rawDestinations(raw),
      ];
    }),
    ...rawBucketRules(topology)
      .flatMap((rule) => rawBuckets(rule, accounts))
      .map(({ regionPath, region }) => ({ path: regionPath, region })),
    ...rawKeyRegions(topology["keys"]),
  ];
}

/** Keys, roles and copies cannot cross partitions. */
function checkPartition(places: readonly RawPlace[]): Problem[] {
  const used = new Map<string, string>();
  for (const { path, region } of places) {
    if (typeof region === "string" && isRegion(region) && !used.has(partitionOf(region))) {
      used.set(partitionOf(region), path);
    }
  }
  if (used.size < 2) return [];
  return [
    {
      path: must([...used.values()].at(-1), "the last partition"),
      what: `the topology spans the partitions ${[...used.keys()].join(" and ")}`,
      allowed: "Regions of one partition: keys and roles cannot be shared across partitions",
    },
  ];
}
