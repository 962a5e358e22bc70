import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";

type Body = Readonly<Record<string, unknown>>;
type Construct = new (scope: TerraformStack, id: string, config: never) => unknown;

const CONSTRUCTS: Readonly<Record<string, Construct>> = {
  aws_iam_policy: IamPolicy,
  aws_iam_role: IamRole,
  aws_iam_role_policy: IamRolePolicy,
  aws_iam_role_policy_attachment: IamRolePolicyAttachment,
  aws_kms_alias: KmsAlias,
  aws_kms_key: KmsKey,
};

/** A resource as it is in a stack. */
export interface Written {
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  readonly body: Body;
}

/** The resources of all stacks below an output directory. */
export function resourcesIn(outdir: string): readonly Written[] {
  const root = path.join(outdir, "stacks");
  return readdirSync(root).flatMap((stack) => {
    const text = readFileSync(path.join(root, stack, "cdk.tf.json"), "utf8");
    const { resource = {} } = JSON.parse(text) as { resource?: Record<string, Record<string, Body>> };
    return Object.entries(resource).flatMap(([type, bodies]) =>
      Object.entries(bodies).map(([id, body]) => ({ stack, type, id, body })),
    );
  });
}

/** The same resources, with plain texts for all references, written without a topology, permissions or a proof. */
export function writeBare(resources: readonly Written[], outdir: string): void {
  const app = new App({ outdir, stackTraces: false });
  const stacks = new Map<string, TerraformStack>();
  const providers = new Map<string, AwsProvider>();
  for (const { stack: name, type, id, body } of resources) {
    const stack = stacks.get(name) ?? new TerraformStack(app, name);
    stacks.set(name, stack);
    const region = String(body["provider"]).replace(/^aws\./, "");
    const provider =
      providers.get(`${name} ${region}`) ??
      new AwsProvider(stack, `aws-${region}`, { alias: region, region });
    providers.set(`${name} ${region}`, provider);
    const written = Object.entries(body).filter(([key]) => key !== "//");
    const config = { ...Object.fromEntries(written.map(inCamelCase)), provider };
    const Resource = CONSTRUCTS[type];
    if (Resource !== undefined) new Resource(stack, id, config as never);
  }
  app.synth();
}

/** Names within `lifecycle` are also the framework's; names within tags are the user's. */
function inCamelCase([name, value]: [string, unknown]): [string, unknown] {
  const inner =
    name === "lifecycle" ? Object.fromEntries(Object.entries(value as Body).map(inCamelCase)) : value;
  return [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), inner];
}
