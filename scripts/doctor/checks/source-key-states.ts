import type { CopyGraph } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { check, type Finding } from "../../engine/finding";
import { unfit } from "./key-state";

const say = check("source-key-states");

/** Whether the customer managed keys that encrypt the source's snapshots can be used. */
export async function checkSourceKeyStates(
  { aws }: ReadContext,
  graph: CopyGraph,
): Promise<readonly Finding[]> {
  const { rule, source } = graph;
  const { account } = rule.from;
  const arns = new Set(source.snapshots.flatMap(({ key }) => (key?.manager === "CUSTOMER" ? [key.arn] : [])));
  const findings: Finding[] = [];
  for (const arn of arns) {
    const key = await say.looking(rule.name, () => aws.keys(rule.from).describeKey(arn));
    if ("finding" in key) {
      findings.push(key.finding);
      continue;
    }
    const problem =
      key.value === undefined
        ? {
            what: "no longer exists",
            fix: `account ${account.id} must build the image again under another key`,
          }
        : unfit(key.value, account.id);
    findings.push(
      problem === undefined
        ? say.passed(rule.name, `${arn} is enabled`)
        : say.failed(rule.name, `${arn} ${problem.what}`, problem.fix, account.id),
    );
  }
  return findings;
}
