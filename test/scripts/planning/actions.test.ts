import { kindOf } from "../../../kinds/registry";
import { actionsOf, type Action } from "../../../scripts/planning/actions";
import { NO_COPY, unreadCopy, type CopyState } from "../../../scripts/planning/assess";
import { buildGraph, type CopyNode } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const AVAILABLE: CopyState = {
  ...NO_COPY,
  living: {
    id: "ami-1",
    name: "web-1",
    state: "available",
    creationDate: "2026-11-01T00:00:00.000Z",
    tags: {},
  },
  fate: "available",
};
const AWS_KEY = { arn: "arn:aws:kms:eu-west-1:111111111111:key/1", manager: "AWS" as const, aliases: [] };

/** The actions of a rule whose image needs a transit copy, by the state of its final copies. */
function actionsWhere(stateOf: (account: string) => CopyState): readonly Action[] {
  return actionsOfStage(new Stage(), AWS_KEY, ({ place }) => stateOf(place.account.name));
}

function actionsOfStage(
  { topology, cloud, imageId }: Stage,
  key: typeof AWS_KEY | undefined,
  stateOf: (node: CopyNode) => CopyState,
): readonly Action[] {
  const [rule] = topology.rules;
  if (rule === undefined) throw new TypeError("no rule");
  const snapshots = [
    { snapshotId: "snap-1", deviceName: "/dev/xvda", sizeGiB: 8, ...(key === undefined ? {} : { key }) },
  ];
  const graph = buildGraph(topology, rule, { id: imageId, name: "web-1", snapshots });
  const states = graph.nodes
    .filter(({ role }) => role === "final")
    .map((node) => [node.id, stateOf(node)] as const);
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

test("no transit copy is made if no copy can be read, and each copy still fails separately", () => {
  const actions = actionsWhere(() => unreadCopy("denied"));
  expect(actions.map((action) => action.do)).not.toContain("make-transit");
  expect(shares(actions)).toEqual([]);
  expect(actions.flatMap((action) => ("making" in action ? [action.making] : []))).toEqual([
    "unread",
    "unread",
  ]);
});

describe("an image that is copied directly in its own Region, and through one transfer to another Region", () => {
  const regions = ["eu-west-1", "eu-central-1"];
  const [web] = Object.values(TWO_ACCOUNTS.images);
  if (web === undefined) throw new TypeError("no image");
  const accounts = { ...TWO_ACCOUNTS.accounts, dev: { id: "444444444444" }, test: { id: "555555555555" } };
  const to = ["prod", "staging", "dev", "test"].map((account) => ({ account, regions }));
  const stage = new Stage({ ...TWO_ACCOUNTS, accounts, images: { web: { ...web, to } } });
  /** Prod lacks the copies of these Regions, the other accounts lack none. */
  const actionsLacking = (...missing: readonly string[]) =>
    actionsOfStage(stage, undefined, ({ place }) =>
      place.account.name === "prod" && missing.includes(place.region) ? NO_COPY : AVAILABLE,
    );
  const doing = (actions: readonly Action[], what: Action["do"]) =>
    actions.filter((action) => action.do === what);

  it("is shared with the account that lacks its copy in the image's Region", () => {
    const actions = actionsLacking("eu-west-1");
    expect(doing(actions, "share-source")).toEqual([expect.objectContaining({ accounts: ["222222222222"] })]);
    expect(doing(actions, "share-transit")).toEqual([]);
  });

  it("is not shared with an account that lacks only the copies made from the transfer", () => {
    const actions = actionsLacking("eu-central-1");
    expect(doing(actions, "share-source")).toEqual([]);
    expect(doing(actions, "share-transit")).toEqual([
      expect.objectContaining({ accounts: ["222222222222"] }),
    ]);
  });

  it("is withdrawn only after it was shared, regardless of how quickly the copies end", () => {
    const actions = actionsLacking(...regions);
    const [share] = doing(actions, "share-source");
    const [withdrawal] = doing(actions, "withdraw-source");
    expect(withdrawal?.after).toContain(share?.id);
  });
});

test("every action comes after the ones that it names", () => {
  const actions = actionsWhere(() => NO_COPY);
  const seen = new Set<string>();
  for (const { id, needs, after } of actions) {
    for (const named of [...needs, ...after]) expect(seen).toContain(named);
    seen.add(id);
  }
});
