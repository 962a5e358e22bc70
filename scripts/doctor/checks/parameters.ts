import type { ImageDestination, ImageRule } from "../../../topology";
import type { LookContext } from "../../engine/context";
import { check, type Finding } from "../finding";

const say = check("parameters");

/** Whether the published parameter can be read; Parameter Store has no way of trying a write, which `permissions` proves. */
export async function checkParameter(
  { aws }: LookContext,
  rule: ImageRule,
  to: ImageDestination,
): Promise<readonly Finding[]> {
  const name = rule.publishTo;
  if (name === undefined) return [];
  const subject = `${rule.name} -> ${to.account.name} ${to.region}`;
  const looked = await say.looking(subject, () => aws.parameters(to).get(name), "failed");
  if ("finding" in looked) return [looked.finding];
  const { value } = looked;
  if (value === undefined) return [say.passed(subject, `${name} does not exist yet`)];
  if (/^ami-[0-9a-f]+$/.test(value)) return [say.passed(subject, `${name} shows ${value}`)];
  return [
    say.failed(
      subject,
      `${name} exists and shows "${value}", which is no image id`,
      `name another parameter in images.${rule.name}.publishTo, or let account ${to.account.id} delete this one`,
      to.account.id,
    ),
  ];
}
