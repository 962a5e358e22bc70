import fc from "./fast-check";
import type { TopologyInput } from "../../topology";

const REGIONS = ["eu-west-1", "eu-central-1", "us-east-1"];
/** Names that the proof itself might have thought of. */
const NAMES = ["a", "another", "developer", "operator", "keyferry"];

const account = fc.record(
  {
    runnerRole: fc.constantFrom("another", "operator", "developer", "keyferry-runner"),
    externalId: fc.constantFrom("another", "operator", "x:y/z"),
    ebsDefaults: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Topologies of up to four accounts, three images and three Regions, with all the ways that copies can take. */
export const anyTopology: fc.Arbitrary<TopologyInput> = fc
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
        sharedTransfers: fc.constantFrom("auto" as const, "always" as const, "never" as const),
        publishTo: fc.constantFrom("/images/web", "/another", "/keyferry/another/web/lease", "/keyferry"),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    operator: fc.nat(),
  })
  .map(({ name, accounts, images, operator }): TopologyInput => {
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
        images.map(({ from, region, keys, to, sharedTransfers, publishTo }, index) => [
          `image-${index}`,
          {
            from: { account: pick(from), region, newest: { name: `image-${index}-*` }, keys },
            to: [...new Map(to.map((rule) => [pick(rule.account), rule]))].map(([destination, rule]) => ({
              account: destination,
              regions: rule.regions,
              ...(rule.launch ? { launch: { instanceType: "t3.micro" } } : {}),
            })),
            sharedTransfers,
            publishTo: index === 0 ? publishTo : `${publishTo}/${index}`,
          },
        ]),
      ),
    };
  });
