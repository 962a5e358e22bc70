import type { ImageTopology } from "./topologies";
import fc from "./fast-check";

const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
/** Names that the proof itself could use. */
const NAMES = ["a", "another", "developer", "operator", "keyferry"];

const account = fc.record(
  {
    runnerRole: fc.constantFrom("another", "operator", "developer", "keyferry-runner"),
    externalId: fc.constantFrom("another", "operator", "x:y/z"),
    ebsDefaults: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Topologies of up to four accounts, three rules and three Regions, with all kinds of copies. */
export const anyTopology: fc.Arbitrary<ImageTopology> = fc
  .record({
    name: fc.constantFrom(...NAMES),
    accounts: fc.dictionary(fc.constantFrom(...NAMES), account, { minKeys: 1, maxKeys: 4 }),
    images: fc.array(
      fc.record({
        from: fc.nat(),
        region: fc.constantFrom(...REGIONS),
        keys: fc.uniqueArray(fc.constantFrom("alias/app", "alias/other/app"), { maxLength: 2 }),
        to: fc.array(
          fc.record({
            account: fc.nat(),
            regions: fc.uniqueArray(fc.constantFrom(...REGIONS), { minLength: 1, maxLength: 2 }),
            launch: fc.boolean(),
          }),
          { minLength: 1, maxLength: 3 },
        ),
        isSnapshot: fc.boolean(),
        sharedTransfers: fc.constantFrom("auto" as const, "always" as const, "never" as const),
        publishTo: fc.constantFrom("/images/web", "/another", "/keyferry/another/web/lease", "/keyferry"),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    operator: fc.nat(),
  })
  .map(({ name, accounts, images, operator }): ImageTopology => {
    const names = Object.keys(accounts);
    const pick = (index: number) => names[index % names.length] ?? "";
    return {
      name,
      operator: pick(operator),
      accounts: Object.fromEntries(
        Object.entries(accounts).map(([key, value], index) => [
          key,
          { ...value, id: String(999_999_999_999 - index) },
        ]),
      ),
      images: Object.fromEntries(
        rulesOf(false).map(([rule, { region, keys, from, launches, ...rest }]) => [
          rule,
          {
            ...rest,
            from: { account: from, region, newest: { name: `${rule}-*` }, keys },
            to: rest.to.map((to) => ({
              ...to,
              ...(launches.has(to.account) ? { launch: { instanceType: "t3.micro" } } : {}),
            })),
          },
        ]),
      ),
      snapshots: Object.fromEntries(
        rulesOf(true).map(([rule, { region, keys, from, to, sharedTransfers, publishTo }]) => [
          rule,
          {
            from: { account: from, region, newest: { tags: { app: rule } }, keys },
            to,
            sharedTransfers,
            publishTo,
          },
        ]),
      ),
    };

    function rulesOf(wantsSnapshots: boolean) {
      return images.flatMap(({ from, region, keys, to, sharedTransfers, publishTo, isSnapshot }, index) => {
        if (isSnapshot !== wantsSnapshots) return [];
        const byAccount = [...new Map(to.map((rule) => [pick(rule.account), rule]))];
        const rule = {
          from: pick(from),
          region,
          keys,
          to: byAccount.map(([destination, { regions }]) => ({ account: destination, regions })),
          launches: new Set(byAccount.filter(([, { launch }]) => launch).map(([destination]) => destination)),
          sharedTransfers,
          publishTo: index === 0 ? publishTo : `${publishTo}/${index}`,
        };
        return [[`rule-${index}`, rule] as const];
      });
    }
  });
