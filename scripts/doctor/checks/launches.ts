import { launchName, type Destination, type Rule, type Topology } from "../../../topology";
import type { ReadContext } from "../../engine/context";
import { explainLaunch } from "../../engine/explain";
import { check, type Finding } from "../../engine/finding";

const say = check("launches");

/** The states of a launch that has ended and failed. Source: EC2 Auto Scaling API reference, Activity.StatusCode. */
const FAILED = ["Failed", "Cancelled"];

/** Whether the last launch of a destination's Auto Scaling group succeeded. */
export async function checkLaunches(
  { topology, aws }: { readonly topology: Topology; readonly aws: ReadContext["aws"] },
  rule: Rule,
  to: Destination,
): Promise<Finding> {
  const { account, region } = to;
  const group = launchName(topology.name, rule.name);
  const subject = `${rule.name} -> ${account.name} ${region}`;
  const looked = await say.looking(subject, () => aws.settings(to).lastLaunch(group));
  if ("finding" in looked) return looked.finding;
  const launch = looked.value;
  if (launch === undefined) return say.passed(subject, `the group ${group} has launched nothing yet`);
  if (!FAILED.includes(launch.state))
    return say.passed(subject, `the last launch of ${group}: ${launch.state}`);
  const words = launch.message ?? launch.state;
  const explained = explainLaunch(words, { account: account.id, region, source: rule.from.account.id });
  return say.failed(
    subject,
    `${group} cannot launch: ${words}${explained === undefined ? "" : `: ${explained.cause}`}`,
    explained?.fix ?? `see the activities of ${group} in account ${account.id} ${region}`,
    account.id,
  );
}
