import { parseArn } from "@keyferry/common";
import { ownKey, type CopyGraph, type CopyNode } from "../../../topology";
import { concurrently } from "../../engine/concurrently";
import type { ReadContext } from "../../engine/context";
import { placeId } from "../../engine/place-id";
import { DEPLOY } from "../facts";
import { nodeName } from "../../engine/place-id";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("destination-keys");

/** The findings about the keys that encrypt copies. */
export interface FoundKeys {
  /** Node id -> ARN of its key. */
  readonly arns: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}

/**
 * Whether the keys that encrypt copies exist in their account and Region, and can be used.
 * @param skip accounts (12 digits) that cannot be accessed, which is reported already
 */
export async function checkDestinationKeys(
  { aws }: ReadContext,
  graph: CopyGraph,
  skip: { has(account: string): boolean },
): Promise<FoundKeys> {
  const nodes = graph.nodes.filter((candidate) => !skip.has(candidate.place.account.id));
  const wanted = nodes.flatMap((node) =>
    [node.keyAlias, ...Object.values(node.registered?.keyAliases ?? {})].map((alias) => ({ node, alias })),
  );
  const found = await concurrently(wanted, async ({ node, alias }) => ({
    node,
    alias,
    key: await say.looking(nodeName(node), () => aws.keys(node.place).describeKey(alias), "failed"),
  }));
  const arns = new Map<string, string>();
  const findings = new Map<string, Finding>();
  for (const { node, alias, key } of found) {
    const { account, region } = node.place;
    const name = keyWords(alias, account.id, region);
    const once = `${placeId(node.place)} ${alias}`;
    const tell = (finding: Finding) => void (findings.has(once) || findings.set(once, finding));
    if ("finding" in key) {
      tell(key.finding);
      continue;
    }
    if (key.value === undefined) {
      tell(say.failed(nodeName(node), `${name} does not exist`, whoMakes(node, alias), account.id));
      continue;
    }
    if (alias === node.keyAlias) arns.set(node.id, key.value.arn);
    const problem = unfit(key.value, account.id) ?? wrongRegion(node, alias, key.value.arn);
    tell(
      problem === undefined
        ? say.passed(nodeName(node), `${name} is enabled`)
        : say.failed(nodeName(node), `${name} ${problem.what}`, problem.fix, account.id),
    );
  }
  return { arns, findings: [...findings.values()] };
}

/** A key's name in messages: its alias and place. */
export function keyWords(alias: string, account: string, region: string): string {
  return `the key ${alias} of account ${account} in ${region}`;
}

/** A key can be used only in its own Region. */
function wrongRegion(
  node: CopyNode,
  alias: string,
  arn: string,
): { readonly what: string; readonly fix: string } | undefined {
  const { region } = node.place;
  const own = parseArn(arn)?.region;
  if (own === region) return undefined;
  return { what: `is in ${own}; EC2 takes keys of ${region} only`, fix: whoMakes(node, alias) };
}

/** An account's own key must be created by that account. */
function whoMakes({ place: { account, region } }: CopyNode, alias: string): string {
  const purposes = ["home", "transit"].filter((one) => ownKey(account, region, one) === alias);
  if (purposes.length === 0) return `deploy the foundation: ${DEPLOY}`;
  return `correct accounts.${account.name}.ownKeys.${purposes.join(" or ")}, or have account ${account.id} create the key, then ${DEPLOY}`;
}
