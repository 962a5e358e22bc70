import { resolveTopology, type Topology } from "../../topology";
import { brokenReferences } from "../_helpers/broken-references";
import { synthesisedTopology, type Synthesised } from "../_helpers/synthesised";
import {
  acme,
  buckets,
  databases,
  launchingUnderEbsDefaults,
  mutual,
  registeredAtHome,
  shared,
  SHARING,
  sharing,
  snapshotsAndImages,
  stored,
} from "../_helpers/topologies";

const { web } = SHARING.images;
const TOPOLOGIES: Readonly<Record<string, () => Topology>> = {
  "copies of images": acme,
  "copies in both directions": mutual,
  "copies through shared transfers": shared,
  "copies of snapshots": snapshotsAndImages,
  "copies of database snapshots": databases,
  "copies through S3": stored,
  "images registered from snapshots, with keys for volumes": registeredAtHome,
  "launches under the EBS default key": launchingUnderEbsDefaults,
  "shared images": sharing,
  "shared images whose volumes are under the source's key": () =>
    resolveTopology({
      ...SHARING,
      images: { web: { ...web, to: [{ ...web.to[0], volumesUnder: "source-key" }] } },
    }),
  buckets: buckets,
  "a key that another account launches with": () =>
    resolveTopology({
      name: "keys",
      accounts: { platform: { id: "111111111111" }, prod: { id: "222222222222" } },
      operator: "platform",
      keys: { app: { account: "platform", regions: ["eu-west-1"], launchGrants: [{ account: "prod" }] } },
    }),
};

test.each(Object.entries(TOPOLOGIES))(
  "for %s, each stack refers only to what it declares and to outputs that other stacks have",
  (_, topology) => {
    expect(brokenReferences(synthesisedTopology(topology()))).toEqual([]);
  },
);

test("a reference to a resource that is not declared, and one to a missing output, is found", () => {
  const stacks = synthesisedTopology(acme());
  const broken = (name: string, part: "data" | "output") => {
    const others = Object.entries(stacks).filter(([other]) => other !== name);
    const rest = Object.entries(stacks[name] ?? {}).filter(([block]) => block !== part);
    return brokenReferences({
      ...Object.fromEntries(others),
      [name]: Object.fromEntries(rest) as unknown as Synthesised,
    });
  };
  expect(broken("foundation-access-prod", "data")).toContainEqual(
    expect.stringMatching(/^foundation-access-prod: data\.terraform_remote_state\./),
  );
  expect(broken("foundation-keys-builder", "output")).toContainEqual(
    expect.stringMatching(/\.cross-stack-reference-input-foundation-keys-builder\.outputs\./),
  );
});
