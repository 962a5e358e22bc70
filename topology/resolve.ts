import { partitionOf } from "../core/regions";
import { checkMeaning } from "./check";
import { launchOf } from "./launch";
import type { Account, Destination, Rule, StateStore, Topology } from "./model";
import { DEFAULT_DEPLOY_ROLE, runnerRoleName } from "./names";
import { topologySchema, type TopologyInput } from "./schema";
import { validated } from "./validated";

/**
 * Validates what a configuration exports, whatever it is, and fills in the defaults.
 * @throws ConfigurationError with every problem at once
 */
export function resolveTopology(input: unknown): Topology {
  return fillIn(validated(topologySchema, input, checkMeaning));
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
    };
  });
  const byName = new Map(accounts.map((account) => [account.name, account]));
  const accountOf = (name: string): Account => byName.get(name) as Account;
  const images = Object.entries(input.images).map(([name, image]): Rule => {
    const { from } = image;
    return {
      kind: "ami",
      name,
      from: {
        account: accountOf(from.account),
        region: from.region,
        select:
          from.imageId === undefined ? { newest: from.newest ?? { name: "*" } } : { imageId: from.imageId },
        keys: from.keys ?? [],
      },
      to: image.to.flatMap((rule) =>
        rule.regions.map((region): Destination => ({
          account: accountOf(rule.account),
          region,
          ...(rule.launch === undefined ? {} : { launch: launchOf(rule.launch, region) }),
          ...(rule.keep === undefined ? {} : { keep: rule.keep }),
          ...(rule.deregistrationProtection === undefined
            ? {}
            : { deregistrationProtection: rule.deregistrationProtection }),
        })),
      ),
      sharedTransfers: image.sharedTransfers ?? "auto",
      carryTags: image.carryTags ?? true,
      tags: image.tags ?? {},
      ...(image.publishTo === undefined ? {} : { publishTo: image.publishTo }),
    };
  });
  const operator = input.operator === undefined ? (accounts[0] as Account) : accountOf(input.operator);
  return {
    name: input.name,
    partition: partitionOf(images[0]?.from.region ?? ""),
    accounts,
    operator,
    rules: images,
    state: stateOf(input.state, operator, accountOf),
    ...(input.prices === undefined ? {} : { prices: input.prices }),
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
