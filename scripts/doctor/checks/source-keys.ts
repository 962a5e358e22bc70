import {
  rulePath,
  snapshotWords,
  sourceKeyAliases,
  transitKey,
  type CopyGraph,
  type Topology,
} from "../../../topology";
import { isKeyNamed } from "../../../policy";
import { DEPLOY } from "../facts";
import { check, type Finding } from "../../engine/finding";

const say = check("source-keys");

/** Whether the runner role can use the keys of the source's snapshots: the transit key, AWS managed keys and the listed ones. */
export function checkSourceKeys(
  topology: Topology,
  { rule, source, because }: CopyGraph,
): readonly Finding[] {
  const listed = [transitKey(topology, rule.from).alias, ...sourceKeyAliases(topology, rule)];
  const unlisted = source.snapshots.filter(
    ({ key }) => key?.manager === "CUSTOMER" && !listed.some((name) => isKeyNamed(key, name)),
  );
  if (unlisted.length === 0) return [say.passed(rule.name, because)];
  return unlisted.map((snapshot) => {
    const { key } = snapshot;
    const [alias] = key?.aliases ?? [];
    const called = alias === undefined ? "a key without an alias" : `the key ${key?.aliases.join(", ")}`;
    const listing = `${rulePath(rule)}.from.keys`;
    return say.failed(
      rule.name,
      `${snapshotWords(snapshot)} is under ${called} (${key?.arn}), which ${listing} does not list`,
      alias === undefined
        ? `account ${rule.from.account.id} must give the key an alias (aws kms create-alias); add it to ${listing}, then ${DEPLOY}`
        : `add "${alias}" to ${listing}, then ${DEPLOY}`,
      rule.from.account.id,
    );
  });
}
