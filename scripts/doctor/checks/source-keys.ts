import { transitKeyAlias, type CopyGraph, type Topology } from "../../../topology";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../finding";

const say = check("source-keys");

/** Whether the runner role may use the keys of the source's snapshots: the transit key, AWS managed keys and the listed ones. */
export function checkSourceKeys(
  topology: Topology,
  { rule, source, because }: CopyGraph,
): readonly Finding[] {
  const listed = [transitKeyAlias(topology.name), ...rule.from.keys];
  const foreign = source.snapshots.filter(
    ({ key }) => key?.manager === "CUSTOMER" && !key.aliases.some((alias) => listed.includes(alias)),
  );
  if (foreign.length === 0) return [say.passed(rule.name, because)];
  return foreign.map((snapshot) =>
    say.failed(
      rule.name,
      `${snapshot.snapshotId} (${snapshot.deviceName}) is under ${snapshot.key?.arn}, which images.${rule.name}.from.keys does not list`,
      `add the key's alias to images.${rule.name}.from.keys, then ${DEPLOY}`,
      rule.from.account.id,
    ),
  );
}
