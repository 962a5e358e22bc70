import { uniqueBy } from "../../../../core/unique-by";
import { bucketKeyAlias, type BucketRule, type Topology, type TopologyBucket } from "../../../../topology";
import type { ShownReplication } from "../shown-replications";
import { worst, type Box, type BoxLine, type Flow, type Picture } from "./boxes";

/** Maximum number of buckets that a box lists; the rest is counted. */
const NAMED_BUCKETS = 4;

/** The path of the objects of all buckets: boxes for places, flows between them. */
export function bucketPictureOf(topology: Topology, shown: readonly ShownReplication[]): Picture {
  const ways = topology.buckets.flatMap((rule) => rule.to.map((to) => ({ rule, to })));
  const verdictOf = (rule: BucketRule, to: TopologyBucket) =>
    shown.find((one) => one.rule === rule.name && one.destination.bucket === to.bucket)?.verdict ?? "pending";
  const ids = [...new Set(ways.flatMap(({ rule, to }) => [boxId(0, rule.from), boxId(2, to)]))];
  const flows = new Map<string, Flow>();
  for (const { rule, to } of ways) {
    const [from, into] = [boxId(0, rule.from), boxId(2, to)];
    const before = flows.get(`${from} ${into}`);
    flows.set(`${from} ${into}`, {
      ...{ from, to: into },
      rules: [...new Set([...(before?.rules ?? []), rule.name])],
      verdict: worst([...(before === undefined ? [] : [before.verdict]), verdictOf(rule, to)]),
    });
  }
  return { boxes: ids.map(boxOf), flows: [...flows.values()] };

  function boxOf(id: string): Box {
    const here = ways.flatMap(({ rule, to }) =>
      [
        { id: boxId(0, rule.from), bucket: rule.from as TopologyBucket },
        { id: boxId(2, to), bucket: to as TopologyBucket },
      ]
        .filter((place) => place.id === id)
        .map(({ bucket }) => ({ bucket, verdict: verdictOf(rule, to) })),
    );
    const buckets = uniqueBy(here, ({ bucket }) => bucket.bucket).map(({ bucket }) => bucket);
    const [first] = buckets;
    return {
      id,
      layer: id.startsWith("0") ? 0 : 2,
      title: first?.account.name ?? "",
      subtitle: `${first?.account.id}  ${first?.region}`,
      lines: [
        ...keyLines(buckets),
        ...shortened(
          buckets.map(({ bucket }) => ({
            kind: "image",
            text: bucket,
            verdict: worst(here.filter((one) => one.bucket.bucket === bucket).map(({ verdict }) => verdict)),
          })),
        ),
      ],
    };
  }

  function keyLines(buckets: readonly TopologyBucket[]): readonly BoxLine[] {
    const aliases = [...new Set(buckets.map(({ key }) => key.alias))];
    // The foundation's own buckets come first.
    const own = bucketKeyAlias(topology.name);
    return aliases
      .sort((a, b) => Number(b === own) - Number(a === own))
      .map((text): BoxLine => ({ kind: "key", text }));
  }
}

function shortened(lines: readonly BoxLine[]): readonly BoxLine[] {
  const rest = lines.length - NAMED_BUCKETS;
  if (rest <= 1) return lines;
  return [...lines.slice(0, NAMED_BUCKETS), { kind: "more", text: `and ${rest} more buckets` }];
}

function boxId(layer: 0 | 2, { account, region }: TopologyBucket): string {
  return `${layer} ${account.id} ${region}`;
}
