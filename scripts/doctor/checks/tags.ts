import { rulePath, type CopyGraph, type Topology } from "../../../topology";
import { copyTags, snapshotTags } from "../../engine/lineage";
import { check, type Finding } from "../../engine/finding";

const say = check("tags");

/** User-defined tags of one resource. Source: EC2 user guide, "Tag restrictions". */
const MAX_TAGS = 50;

/** Every copy has the source's tags, the topology's tags and the lineage tags; EC2 refuses more tags than its limit. */
export function checkTags(topology: Topology, { rule, source, nodes }: CopyGraph): Finding {
  const finals = nodes.filter(({ role }) => role === "final");
  const tooMany = finals.flatMap((node) => {
    const origin = { sourceId: source.id, parentId: source.id };
    const ofImage = copyTags(topology, node, origin, 1);
    const all = [
      { what: `copies of ${source.id}`, tags: ofImage },
      ...source.snapshots.map(({ snapshotId, tags }) => ({
        what: `copies of ${snapshotId}`,
        tags: snapshotTags(node, ofImage, tags),
      })),
    ];
    return all
      .filter(({ tags }) => Object.keys(tags).length > MAX_TAGS)
      .map(({ what, tags }) => `${what} would have ${Object.keys(tags).length} tags`);
  });
  const [first] = tooMany;
  if (first === undefined) return say.passed(rule.name, `no copy has more than ${MAX_TAGS} tags`);
  return say.failed(
    rule.name,
    `${[...new Set(tooMany)].join("; ")}; EC2 allows ${MAX_TAGS} on one resource`,
    `remove tags from the source, or set ${rulePath(rule)}.carryTags to false`,
    rule.from.account.id,
  );
}
