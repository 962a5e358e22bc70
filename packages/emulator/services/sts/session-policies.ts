import { parseArn } from "@keyferry/common";
import { documentProblems, type NamedDocument } from "@keyferry/evaluator";
import { AwsError, type Call } from "../../contract";
import type { Identities } from "../../identity/identities";
import { constraint, entries, text } from "./input";

/** Source: STS API reference, "AssumeRole", Policy and PolicyArns. */
const MAX_CHARACTERS = 2048;
const MAX_MANAGED = 10;

/**
 * The policies that restrict a session: one inline, and managed ones of the role's own account or AWS's. They are read
 * when the session begins and do not change afterwards.
 * @throws AwsError for one that cannot be read, is too long, or does not exist
 */
export async function sessionPolicies(
  call: Call,
  identities: Identities,
  role: { readonly account: string; readonly partition: string },
): Promise<readonly NamedDocument[]> {
  const arns = entries(call, "PolicyArns").map((entry) => String((entry as { arn?: unknown }).arn ?? ""));
  if (arns.length > MAX_MANAGED) {
    throw constraint("PolicyArns", String(arns.length), `have length less than or equal to ${MAX_MANAGED}`);
  }
  const managed: NamedDocument[] = [];
  for (const arn of arns) managed.push(await managedPolicy(arn, identities, role));
  return [...inlinePolicy(call), ...managed];
}

function inlinePolicy(call: Call): readonly NamedDocument[] {
  if (call.input["Policy"] === undefined) return [];
  const policy = text(call, "Policy");
  if (policy.length > MAX_CHARACTERS) {
    throw constraint("Policy", policy, `have length less than or equal to ${MAX_CHARACTERS}`);
  }
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw new AwsError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
  const [problem] = documentProblems(document);
  if (problem !== undefined)
    throw new AwsError("MalformedPolicyDocument", `Syntax errors in policy. ${problem}`);
  return [{ name: "session policy", document }];
}

async function managedPolicy(
  arn: string,
  identities: Identities,
  { account, partition }: { readonly account: string; readonly partition: string },
): Promise<NamedDocument> {
  const parsed = parseArn(arn);
  if (parsed?.service !== "iam" || !parsed.resource.startsWith("policy/") || parsed.partition !== partition) {
    throw new AwsError("ValidationError", `ARN ${arn} is not valid.`);
  }
  if (parsed.account !== account && parsed.account !== "aws") {
    throw new AwsError(
      "MalformedPolicyDocument",
      `PolicyArn ${arn} must be of the role's own account or of AWS.`,
    );
  }
  try {
    const { document } = await identities.reader(partition).managedPolicy(account, arn);
    return { name: `session policy ${parsed.resource.replace(/^policy\//, "")}`, document };
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "NoSuchEntity") throw error;
    throw new AwsError("MalformedPolicyDocument", `Policy ${arn} does not exist or is not attachable.`);
  }
}
