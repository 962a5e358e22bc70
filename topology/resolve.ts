import { ConfigurationError } from "../core/errors";
import { must } from "../core/must";
import { partitionOf } from "@keyferry/common";
import { SECTIONS, type Section, type SourceSelector } from "../kinds/declared";
import { resolveBuckets } from "./buckets/resolve";
import { checkMeaning } from "./check";
import { policySizeProblems } from "./keys/policy-sizes";
import { namedKeysOf } from "./keys/resolve";
import { withCopiesToShare, withSharedImageKeys } from "./shares";
import type { Account, Destination, Rule, StateStore, Topology } from "./model";
import { DEFAULT_DEPLOY_ROLE, runnerRoleName } from "./names";
import { topologySchema, type TopologyInput } from "./schema";
import { validated } from "./validated";

/**
 * Validates the export of a configuration, which can be any value, and fills in the defaults.
 * @throws ConfigurationError with every problem
 */
export function resolveTopology(input: unknown): Topology {
  const topology = fillIn(validated(topologySchema, input, checkMeaning));
  const problems = policySizeProblems(topology.partition, topology.keys);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return topology;
}

function fillIn(input: TopologyInput): Topology {
  const accounts = Object.entries(input.accounts).map(([name, account]): Account => {
    const deployRole = account.deployRole ?? (account.profile === undefined ? DEFAULT_DEPLOY_ROLE : false);
    return {
      name,
      id: account.id,
      runnerRole: account.runnerRole ?? runnerRoleName(input.name),
      ...(deployRole === false ? {} : { deployRole }),
      ...(account.profile === undefined ? {} : { profile: account.profile }),
      ...(account.externalId === undefined ? {} : { externalId: account.externalId }),
      ...(account.ebsDefaults === true ? { ebsDefaults: true } : {}),
      ...(account.shareKeys === undefined || account.shareKeys === true
        ? {}
        : { shareKeys: account.shareKeys }),
      ...(account.organization === undefined ? {} : { organization: account.organization }),
      ...rotationOf(account.rotationPeriodInDays ?? input.rotationPeriodInDays),
      ...generationsOf(account.keyGenerations),
      ...ownKeysOf(account.ownKeys),
    };
  });
  const byName = new Map(accounts.map((account) => [account.name, account]));
  const accountOf = (name: string): Account => byName.get(name) as Account;
  const rules = SECTIONS.flatMap(([section, kind]) =>
    Object.entries(input[section] ?? {}).map(([name, rule]) => ruleOf(kind, name, rule, accountOf)),
  );
  const buckets = resolveBuckets(input.name, input.buckets ?? {}, accountOf);
  const operator = input.operator === undefined ? (accounts[0] as Account) : accountOf(input.operator);
  const keys = withSharedImageKeys(namedKeysOf(input.keys ?? {}, accountOf), rules);
  const someRegion = (rules[0] ?? buckets[0])?.from.region ?? keys[0]?.regions[0];
  return {
    name: input.name,
    partition: partitionOf(must(someRegion, "a Region of a rule or key")),
    accounts,
    operator,
    rules,
    buckets,
    keys,
    state: stateOf(input.state, operator, accountOf),
    ...(input.prices === undefined ? {} : { prices: input.prices }),
  };
}

function rotationOf(days: number | undefined): Pick<Account, "rotationPeriodInDays"> {
  return days === undefined ? {} : { rotationPeriodInDays: days };
}

function generationsOf(
  declared: TopologyInput["accounts"][string]["keyGenerations"],
): Pick<Account, "keyGenerations"> {
  if (declared === undefined) return {};
  const { home, transit } = declared;
  return {
    keyGenerations: {
      ...(home === undefined ? {} : { home }),
      ...(transit === undefined ? {} : { transit }),
    },
  };
}

function ownKeysOf(declared: TopologyInput["accounts"][string]["ownKeys"]): Pick<Account, "ownKeys"> {
  if (declared === undefined) return {};
  const { home, transit } = declared;
  return {
    ownKeys: { ...(home === undefined ? {} : { home }), ...(transit === undefined ? {} : { transit }) },
  };
}

function ruleOf(
  kind: (typeof SECTIONS)[number][1],
  name: string,
  rule: NonNullable<TopologyInput[Section]>[string],
  accountOf: (name: string) => Account,
): Rule {
  const { from } = rule;
  return {
    kind: kind.name,
    name,
    from: {
      account: accountOf(from.account),
      region: from.region,
      // A rule that a kind's own schema has accepted can be read by the kind.
      select: kind.selectorOf(from) as SourceSelector,
      keys: from.keys ?? [],
    },
    to: withCopiesToShare(
      accountOf(from.account),
      rule.to.flatMap((to) =>
        to.regions.map((region): Destination => ({
          account: accountOf(to.account),
          region,
          ...kind.optionsOf(to, region),
          ...(to.keep === undefined ? {} : { keep: to.keep }),
        })),
      ),
    ),
    sharedTransfers: rule.sharedTransfers ?? "auto",
    carryTags: rule.carryTags ?? true,
    tags: rule.tags ?? {},
    ...(rule.publishTo === undefined ? {} : { publishTo: rule.publishTo }),
  };
}

function stateOf(
  state: TopologyInput["state"],
  operator: Account,
  accountOf: (name: string) => Account,
): StateStore {
  if (state === undefined) return { kind: "local" };
  const account = state.account === undefined ? operator : accountOf(state.account);
  return { kind: "s3", bucket: state.bucket, region: state.region, account };
}
