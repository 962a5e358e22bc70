import { kindOf } from "../../../kinds/registry";
import { actionsOf, type Action } from "../../../scripts/planning/actions";
import { NO_COPY, unreadCopy, type CopyState } from "../../../scripts/planning/assess";
import { buildGraph } from "../../../topology";
import { Stage } from "../fake-aws/stage";

/** The actions of a rule whose image needs a transit copy, by what is seen of its final copies. */
function actionsWhere(stateOf: (account: string) => CopyState): readonly Action[] {
  const { topology, cloud, imageId } = new Stage();
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const key = { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", manager: "AWS" as const, aliases: [] };
  const snapshots = [{ snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, key }];
  const graph = buildGraph(topology, rule, { id: imageId, name: "web-1", snapshots });
  const states = graph.nodes
    .filter(({ role }) => role === "final")
    .map(({ id, place }) => [id, stateOf(place.account.name)] as const);
  const original = cloud.image(imageId).view;
  const known = { keyArns: new Map(), resumed: false, mayHaveLeft: false, meant: [] };
  return actionsOf(topology, { kind: kindOf(rule), graph, original, ...known }, new Map(states));
}

function shares(actions: readonly Action[]): readonly (readonly string[])[] {
  return actions.flatMap((action) => ("accounts" in action ? [action.accounts] : []));
}

test("copies that do not exist are made from a transit copy that is shared with their accounts", () => {
  const actions = actionsWhere(() => NO_COPY);
  expect(actions.map((action) => action.do)).toContain("make-transit");
  expect(shares(actions)).toEqual([["222222222222", "333333333333"]]);
});

test("nothing is shared with an account whose copy cannot be read", () => {
  const actions = actionsWhere((account) => (account === "prod" ? unreadCopy("denied") : NO_COPY));
  expect(shares(actions)).toEqual([["333333333333"]]);
});

test("no transit copy is made where no copy can be read, and each of them is still to fail by itself", () => {
  const actions = actionsWhere(() => unreadCopy("denied"));
  expect(actions.map((action) => action.do)).not.toContain("make-transit");
  expect(shares(actions)).toEqual([]);
  expect(actions.flatMap((action) => ("making" in action ? [action.making] : []))).toEqual([
    "unread",
    "unread",
  ]);
});

test("every action comes after those that it names", () => {
  const actions = actionsWhere(() => NO_COPY);
  const seen = new Set<string>();
  for (const { id, needs, after } of actions) {
    for (const named of [...needs, ...after]) expect(seen).toContain(named);
    seen.add(id);
  }
});
