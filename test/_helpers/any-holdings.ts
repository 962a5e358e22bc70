import type { TopologyInput } from "../../topology";
import fc from "./fast-check";

/** Topologies with only buckets and named keys, as users write them. */
export interface Holdings extends TopologyInput {
  readonly accounts: Readonly<Record<string, { readonly id: string }>>;
  readonly operator: string;
  readonly buckets: NonNullable<TopologyInput["buckets"]>;
  readonly keys: NonNullable<TopologyInput["keys"]>;
}

type BucketRule = Holdings["buckets"][string];
type NamedKey = Holdings["keys"][string];

const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
const NAMES = ["a", "b", "c"];
const place = fc.record({ account: fc.nat(), region: fc.constantFrom(...REGIONS) });
const regions = fc.uniqueArray(fc.constantFrom(...REGIONS), { minLength: 1, maxLength: 2 });

/** Topologies of two or three accounts with buckets and keys of all kinds. */
const anyHoldings: fc.Arbitrary<Holdings> = fc
  .record({
    accounts: fc.integer({ min: 2, max: 3 }),
    buckets: fc.array(
      fc.record({
        from: place,
        isExisting: fc.boolean(),
        to: fc.array(fc.record({ account: fc.nat(), regions }), { minLength: 1, maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
    keys: fc.array(
      fc.record({
        account: fc.nat(),
        regions,
        multiRegion: fc.boolean(),
        imported: fc.boolean(),
        generation: fc.integer({ min: 1, max: 2 }),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  })
  .map(({ accounts, buckets, keys }): Holdings => {
    const names = NAMES.slice(0, accounts);
    const pick = (index: number) => names[index % names.length] ?? "";
    return {
      name: "held",
      operator: pick(0),
      accounts: Object.fromEntries(
        names.map((name, index) => [name, { id: String(999_999_999_999 - index) }]),
      ),
      buckets: Object.fromEntries(
        buckets.map(({ from, isExisting, to }, index) => [
          `rule-${index}`,
          {
            from: {
              account: pick(from.account),
              region: from.region,
              bucket: `held-${index}`,
              ...(isExisting ? { existing: true, key: "alias/theirs" } : {}),
            },
            to: [...new Map(to.map((one) => [pick(one.account), one.regions]))].map(
              ([account, inRegions]) => ({ account, regions: inRegions }),
            ),
          },
        ]),
      ),
      keys: Object.fromEntries(
        keys.map(({ account, ...rest }, index) => [`key-${index}`, { account: pick(account), ...rest }]),
      ),
    };
  });

/** A typical change that users make; `at` selects what is changed. */
type Edit = (holdings: Holdings, at: number) => Holdings;

const EDITS: Readonly<Record<string, Edit>> = {
  "drop a bucket rule": (held, at) => ({ ...held, buckets: without(held.buckets, nth(held.buckets, at)) }),
  "rename a bucket rule": (held, at) => ({ ...held, buckets: renamed(held.buckets, nth(held.buckets, at)) }),
  "drop a destination": (held, at) =>
    withRule(held, at, (rule) => ({
      ...rule,
      to: rule.to.filter((_, index) => index !== at % rule.to.length),
    })),
  "drop a Region of a destination": (held, at) =>
    withRule(held, at, (rule) => ({
      ...rule,
      to: rule.to.map((one) => ({ ...one, regions: one.regions.slice(0, 1) })),
    })),
  "name another bucket": (held, at) =>
    withRule(held, at, (rule) => ({ ...rule, from: { ...rule.from, bucket: `other-${at}` } })),
  "move a bucket": (held, at) =>
    withRule(held, at, (rule) => ({ ...rule, from: { ...rule.from, region: "eu-north-1" } })),
  "declare a bucket as existing": (held, at) =>
    withRule(held, at, (rule) => ({ ...rule, from: { ...rule.from, existing: true, key: "alias/theirs" } })),
  "have a bucket made": (held, at) =>
    withRule(held, at, ({ from: { account, region, bucket }, to }) => ({
      from: { account, region, bucket },
      to,
    })),
  "drop a key": (held, at) => ({ ...held, keys: without(held.keys, nth(held.keys, at)) }),
  "rename a key": (held, at) => ({ ...held, keys: renamed(held.keys, nth(held.keys, at)) }),
  "raise a generation": (held, at) =>
    withKey(held, at, (key) => ({ ...key, generation: (key.generation ?? 1) + 1 })),
  "lower a generation": (held, at) =>
    withKey(held, at, (key) => ({ ...key, generation: Math.max(1, (key.generation ?? 1) - 1) })),
  "drop a Region of a key": (held, at) =>
    withKey(held, at, (key) => ({ ...key, regions: key.regions.slice(-1) })),
  "turn the Regions of a key round": (held, at) =>
    withKey(held, at, (key) => ({ ...key, regions: [...key.regions].reverse() })),
  "change what a key is": (held, at) =>
    withKey(held, at, (key) => ({ ...key, multiRegion: key.multiRegion !== true })),
  "disable a key": (held, at) => withKey(held, at, (key) => ({ ...key, enabled: false })),
  "give a key to another account": (held, at) =>
    withKey(held, at, (key) => ({ ...key, account: nth(held.accounts, at) })),
  "drop an account": (held, at) => withoutAccount(held, nth(held.accounts, at)),
  "replace an account": (held, at) => ({
    ...held,
    accounts: { ...held.accounts, [nth(held.accounts, at)]: { id: String(888_888_888_888 - at) } },
  }),
};

/** A topology with buckets and keys, and the same after a few edits; not always valid. */
export const editedHoldings: fc.Arbitrary<readonly [Holdings, Holdings]> = fc
  .tuple(
    anyHoldings,
    fc.array(fc.tuple(fc.constantFrom(...Object.values(EDITS)), fc.nat(11)), { minLength: 1, maxLength: 3 }),
  )
  .map(([before, edits]) => [before, edits.reduce((held, [edit, at]) => edit(held, at), before)]);

function nth(record: Readonly<Record<string, unknown>>, at: number): string {
  const names = Object.keys(record);
  return names[at % Math.max(1, names.length)] ?? "";
}

function without<T>(record: Readonly<Record<string, T>>, left: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== left));
}

function renamed<T>(record: Readonly<Record<string, T>>, from: string): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).map(([name, one]) => [name === from ? "renamed" : name, one]),
  );
}

function withRule(held: Holdings, at: number, change: (rule: BucketRule) => BucketRule): Holdings {
  const name = nth(held.buckets, at);
  const rule = held.buckets[name];
  return rule === undefined ? held : { ...held, buckets: { ...held.buckets, [name]: change(rule) } };
}

function withKey(held: Holdings, at: number, change: (key: NamedKey) => NamedKey): Holdings {
  const name = nth(held.keys, at);
  const key = held.keys[name];
  return key === undefined ? held : { ...held, keys: { ...held.keys, [name]: change(key) } };
}

function withoutAccount(held: Holdings, account: string): Holdings {
  const accounts = without(held.accounts, account);
  const rules = Object.entries(held.buckets)
    .filter(([, { from }]) => from.account !== account)
    .map(
      ([name, rule]) => [name, { ...rule, to: rule.to.filter((one) => one.account !== account) }] as const,
    );
  const keys = Object.entries(held.keys).filter(([, key]) => key.account !== account);
  return {
    ...held,
    accounts,
    operator: held.operator === account ? nth(accounts, 0) : held.operator,
    buckets: Object.fromEntries(rules.filter(([, { to }]) => to.length > 0)),
    keys: Object.fromEntries(keys),
  };
}
