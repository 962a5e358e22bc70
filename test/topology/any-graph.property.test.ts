import fc from "../_helpers/fast-check";
import {
  buildGraph,
  keyDeclarations,
  resolveTopology,
  runnerAccess,
  type CopyGraph,
  type CopyNode,
  type CopySource,
  type Topology,
} from "../../topology";
import { anyTopology } from "../_helpers/any-topology";

const MANAGED = { arn: "arn:aws:kms:eu-west-1:111111111111:key/d", manager: "AWS", aliases: [] } as const;

/** With its volume under a key that cannot be shared, or unencrypted. */
function source(isEncrypted: boolean): CopySource {
  const volume = { snapshotId: "snap-0", deviceName: "/dev/xvda", sizeGiB: 8 };
  return {
    id: "ami-0aaaaaaaaaaaaaaaa",
    name: "web-1",
    snapshots: [isEncrypted ? { ...volume, key: MANAGED } : volume],
  };
}

const graphs = fc.tuple(anyTopology, fc.boolean()).map(([input, isEncrypted]) => {
  const topology = resolveTopology(input);
  return {
    topology,
    graphs: topology.rules.map((rule) => buildGraph(topology, rule, source(isEncrypted))),
  };
});

function originOf(graph: CopyGraph, { madeFrom }: CopyNode): CopyNode | undefined {
  return madeFrom.kind === "source" ? undefined : graph.nodes.find(({ id }) => id === madeFrom.id);
}

/** The resources that a copy of the graph needs and the foundation lacks; empty: the foundation has everything. */
function lacking(topology: Topology, graph: CopyGraph, node: CopyNode): readonly string[] {
  const origin = originOf(graph, node);
  const from = origin?.place ?? graph.rule.from;
  const access = runnerAccess(topology, node.place.account);
  const keys = keyDeclarations(topology);
  const keyAt = (place: CopyNode["place"], alias: string) =>
    keys.find(
      (key) => key.account === place.account.id && key.region === place.region && key.alias === alias,
    );
  const uses = (place: CopyNode["place"], alias: string) =>
    access.keys.some(
      ({ key }) => key.account === place.account.id && key.region === place.region && key.alias === alias,
    );
  const isForeign = origin !== undefined && origin.place.account.id !== node.place.account.id;
  const copiers = origin === undefined ? [] : (keyAt(origin.place, origin.keyAlias)?.copiers ?? []);
  return [
    ...(access.copiesInto.includes(node.place.region) ? [] : ["copiesInto"]),
    ...(access.copiesFrom.includes(from.region) ? [] : ["copiesFrom"]),
    ...(keyAt(node.place, node.keyAlias) === undefined ? ["key"] : []),
    ...(uses(node.place, node.keyAlias) ? [] : ["use of the key"]),
    ...(origin === undefined || uses(origin.place, origin.keyAlias) ? [] : ["use of the transit key"]),
    ...(isForeign && !copiers.some(({ account }) => account === node.place.account.id) ? ["copier"] : []),
    ...(isForeign && !runnerAccess(topology, origin.place.account).sharesIn.includes(origin.place.region)
      ? ["sharesIn"]
      : []),
  ];
}

test("for every path of an image, the foundation has the keys and allows the accounts that copy", () => {
  fc.assert(
    fc.property(graphs, ({ topology, graphs: all }) => {
      for (const graph of all) {
        for (const node of graph.nodes)
          expect([node.id, lacking(topology, graph, node)]).toEqual([node.id, []]);
      }
    }),
    { numRuns: 100 },
  );
});

test("every copy comes after its source in the graph, and every transit copy belongs to the source's account and is used", () => {
  fc.assert(
    fc.property(graphs, ({ graphs: all }) => {
      for (const graph of all) {
        const ids = graph.nodes.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const [index, node] of graph.nodes.entries()) {
          const origin = originOf(graph, node);
          if (node.madeFrom.kind === "node") {
            expect(ids.indexOf(node.madeFrom.id)).toBeLessThan(index);
            expect(origin?.role).toBe("transit");
          }
          if (node.role === "transit") {
            expect(node.place.account.id).toBe(graph.rule.from.account.id);
            expect(graph.nodes.some((other) => originOf(graph, other) === node)).toBe(true);
          }
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("an image under a key that cannot be shared is transferred once into a Region, unless sharedTransfers is never", () => {
  fc.assert(
    fc.property(anyTopology, (input) => {
      const topology = resolveTopology(input);
      for (const rule of topology.rules.filter(({ sharedTransfers }) => sharedTransfers !== "never")) {
        const graph = buildGraph(topology, rule, source(true));
        const into = graph.nodes
          .filter((node) => (originOf(graph, node)?.place ?? rule.from).region !== node.place.region)
          .map(({ place }) => place.region);
        expect(into).toHaveLength(new Set(into).size);
      }
    }),
    { numRuns: 100 },
  );
});

test("nothing is shared with the account that owns it", () => {
  fc.assert(
    fc.property(graphs, ({ graphs: all }) => {
      for (const { rule, shareSourceWith } of all)
        expect(shareSourceWith).not.toContain(rule.from.account.id);
    }),
    { numRuns: 100 },
  );
});
