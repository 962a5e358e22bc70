import { regionsOf } from "@keyferry/common";
import { providersOf } from "../../stacks/region-provider";
import { acme } from "../_helpers/topologies";

const topology = acme();
const [account] = topology.accounts;
if (account === undefined) throw new RangeError("no account");
const locked = {
  account,
  partition: "aws",
  declared: true,
  stateName: account.name,
  stacks: [],
  keys: [],
  buckets: [],
};
const regionsWith = (used: readonly string[]) =>
  providersOf(topology, locked, used).map((provider) => (provider as { readonly region: string }).region);

test("an account has one provider in each Region of its partition", () => {
  expect(regionsWith(["eu-west-1"]).sort()).toEqual([...regionsOf("aws")].sort());
});

test("a Region that a stack uses has a provider, although the list of Regions does not have it yet", () => {
  expect(regionsWith(["xx-new-1"])).toEqual(["xx-new-1", ...regionsOf("aws")]);
});
