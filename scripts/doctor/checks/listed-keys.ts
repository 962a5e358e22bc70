import { isKeyArn } from "../../../policy";
import { rulePath, type Rule } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";
import { keyWords } from "./destination-keys";

const say = check("listed-keys");
/** Maximum number of other aliases that are listed. */
const SHOWN = 10;

/** Whether each alias that a rule lists under `from.keys` names a key: otherwise the foundation cannot be deployed. */
export async function checkListedKeys({ aws }: ReadContext, rule: Rule): Promise<readonly Finding[]> {
  const { name, from } = rule;
  const keys = aws.keys(from);
  // A key that is named by its ARN is checked when the source turns out to be encrypted under it.
  const aliases = from.keys.filter((name) => !isKeyArn(name));
  return concurrently(aliases, async (alias) => {
    const looked = await say.looking(name, async () => {
      const key = await keys.describeKey(alias);
      return key === undefined ? { aliases: namesIn(await keys.aliases()) } : { key };
    });
    if ("finding" in looked) return looked.finding;
    const { key, aliases = [] } = looked.value;
    const words = keyWords(alias, from.account.id, from.region);
    return key === undefined
      ? say.failed(
          name,
          `${words} does not exist; ${existing(aliases)}`,
          `correct ${rulePath(rule)}.from.keys, or point the alias to the key that the source is encrypted under`,
          from.account.id,
        )
      : say.passed(name, `${words} is ${key.arn}`);
  });
}

/** AWS's own aliases cannot be listed. */
function namesIn(aliases: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return [...aliases.values()]
    .flat()
    .filter((alias) => !alias.startsWith("alias/aws/"))
    .sort();
}

function existing(aliases: readonly string[]): string {
  if (aliases.length === 0) return "that account and Region has no alias of a customer managed key";
  const more = aliases.length > SHOWN ? `, and ${aliases.length - SHOWN} more` : "";
  return `existing aliases are ${aliases.slice(0, SHOWN).join(", ")}${more}`;
}
