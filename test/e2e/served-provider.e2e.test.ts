import { DeleteRolePolicyCommand } from "@aws-sdk/client-iam";
import path from "node:path";
import { furnish } from "../../demo/furnish";
import { PAIR } from "../_helpers/topologies";
import { keyArn, withoutKeyStatements } from "./lib/cloud-state";
import { rehearse, type Rehearsal } from "./lib/rehearsal";
import { changed, type PlannedResource } from "./lib/terraform-directory";
import { runTerraform, terraformIn } from "./lib/terraform-run";

/**
 * In most test files the rehearsal starts the AWS provider once (`sandbox/provider/`). It must not differ from a provider that
 * Terraform starts itself: in its resource schemas, its plans and its applies.
 */
const BUILDER = "111111111111";
const TRANSIT = "alias/keyferry/acme/transit";
const KEYS = "foundation-keys-builder";
const ACCESS = "foundation-access-builder";

let cloud: Rehearsal;
const served = () => cloud.env;
const started = (): NodeJS.ProcessEnv => ({ ...cloud.env, TF_REATTACH_PROVIDERS: undefined });

jest.setTimeout(600_000);

beforeAll(async () => {
  cloud = await rehearse(PAIR);
  await furnish(cloud.url, cloud.topology, () => undefined);
  await cloud.deploy("foundation-*");
  for (const stack of [KEYS, ACCESS]) await terraform(started(), stack, "init", "-input=false");
});

afterAll(() => cloud.stop());

/** Runs a command in one of the synthesised stacks; rejects unless it succeeds. */
async function terraform(env: NodeJS.ProcessEnv, stack: string, ...argv: string[]): Promise<string> {
  const directory = path.join(cloud.directory, "workspace/cdktf.out/stacks", stack);
  const { code, output } = await runTerraform(await terraformIn(env), directory, argv);
  expect({ argv, code, output: code === 0 ? "" : output }).toEqual({ argv, code: 0, output: "" });
  return output;
}

const PLAN = ["plan", "-input=false", "-no-color", "-lock=false"];

/** Rejects unless Terraform finds no changes. */
async function expectUnchanged(env: NodeJS.ProcessEnv, stack: string): Promise<void> {
  await terraform(env, stack, ...PLAN, "-detailed-exitcode");
}

/** What a plan of a stack would do with each resource, with every value before and after. */
async function planned(env: NodeJS.ProcessEnv, stack: string): Promise<readonly PlannedResource[]> {
  await terraform(env, stack, ...PLAN, "-out=compared.tfplan");
  return JSON.parse(await terraform(env, stack, "show", "-json", "compared.tfplan")).resource_changes;
}

test("both providers have the same schemas for everything that the stacks declare", async () => {
  const schema = async (env: NodeJS.ProcessEnv) =>
    Object.values(
      JSON.parse(await terraform(env, KEYS, "providers", "schema", "-json")).provider_schemas,
    )[0] as Record<string, Record<string, unknown>>;
  const [cut, whole] = [await schema(served()), await schema(started())];
  expect(Object.keys(cut["resource_schemas"] ?? {})).toEqual(
    expect.arrayContaining(["aws_kms_key", "aws_iam_role", "aws_launch_template", "aws_autoscaling_group"]),
  );
  expect(cut["provider"]).toEqual(whole["provider"]);
  for (const kind of ["resource_schemas", "data_source_schemas"]) {
    const same = Object.fromEntries(Object.keys(cut[kind] ?? {}).map((type) => [type, whole[kind]?.[type]]));
    expect(cut[kind]).toEqual(same);
    expect(Object.keys(whole[kind] ?? {}).length).toBeGreaterThan(Object.keys(same).length);
  }
});

test("a deployment with one provider shows no changes with the other", async () => {
  for (const stack of [KEYS, ACCESS]) {
    await expectUnchanged(served(), stack);
    await expectUnchanged(started(), stack);
  }
});

test("both plan the same repairs of drift, and after one apply neither plans changes", async () => {
  const builder = cloud.admin(BUILDER, "eu-west-1");
  const policy = { RoleName: "keyferry-acme-runner", PolicyName: "runner" };
  await builder.iam.send(new DeleteRolePolicyCommand(policy));
  await withoutKeyStatements(builder, await keyArn(builder, TRANSIT), ["CopiersGrantToEbs"], async () => {
    for (const [stack, repair] of [
      [KEYS, { aws_kms_key: ["update"] }],
      [ACCESS, { aws_iam_role_policy: ["create"] }],
    ] as const) {
      const [ofServed, ofStarted] = [await planned(served(), stack), await planned(started(), stack)];
      expect(ofServed).toEqual(ofStarted);
      const repairs = changed(ofServed).map(({ address, change }) => [address.split(".")[0], change.actions]);
      expect(Object.fromEntries(repairs)).toEqual(repair);
    }
  });
  await cloud.deploy(ACCESS);
  await expectUnchanged(started(), ACCESS);
});
