import type { Destination, Rule } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { whyNotPublishable } from "../../engine/published-parameter";
import { check, type Finding } from "../../engine/finding";

const say = check("parameters");

/**
 * Whether the published parameter does not exist yet or belongs to the topology, before anything is copied for it. Parameter Store
 * has no dry run of writes; `permissions` proves that they are allowed.
 */
export async function checkParameter(
  { aws, topology }: ReadContext,
  rule: Rule,
  to: Destination,
): Promise<readonly Finding[]> {
  const name = rule.publishTo;
  if (name === undefined) return [];
  const subject = `${rule.name} -> ${to.account.name} ${to.region}`;
  const looked = await say.looking(subject, () => aws.parameters(to).lookAt(name), "failed");
  if ("finding" in looked) return [looked.finding];
  const { value: parameter } = looked;
  if (parameter === undefined) return [say.passed(subject, `${name} does not exist yet`)];
  const refused = whyNotPublishable(topology, rule, to, name, parameter);
  if (refused !== undefined) return [say.failed(subject, refused.what, refused.fix, to.account.id)];
  return [say.passed(subject, `${name} belongs to this topology and contains ${parameter.value}`)];
}
