import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { lockFile, workspace } from "../core/workspace";
import { synthesise } from "../stacks";
import type { Topology } from "../topology";
import type { Bench } from "./bench";
import { largeTopology, REGIONS } from "./large-topology";

const RUNS = 5;

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

/** A resource as a stack holds it. */
interface Written {
  readonly stack: string;
  readonly type: string;
  readonly id: string;
  readonly body: Body;
}

/** 1,900 copy jobs: every image of one account into every Region of the others. */
function topology(): Topology {
  return largeTopology((_, [builder, ...others]) => ({
    builder,
    to: others.map((account) => ({ account, regions: REGIONS })),
  }));
}

function resourcesIn(outdir: string): readonly Written[] {
  const root = path.join(outdir, "stacks");
  return readdirSync(root).flatMap((stack) => {
    const text = readFileSync(path.join(root, stack, "cdk.tf.json"), "utf8");
    const { resource = {} } = JSON.parse(text) as { resource?: Record<string, Record<string, Body>> };
    return Object.entries(resource).flatMap(([type, bodies]) =>
      Object.entries(bodies).map(([id, body]) => ({ stack, type, id, body })),
    );
  });
}

/** The same resources, with texts for all references, as somebody writes them who has no topology, permissions or proof. */
function writeBare(resources: readonly Written[], outdir: string): void {
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

/** What stands within `lifecycle` has names of the framework's as well; what stands within tags is the user's. */
function inCamelCase([name, value]: [string, unknown]): [string, unknown] {
  const inner =
    name === "lifecycle" ? Object.fromEntries(Object.entries(value as Body).map(inCamelCase)) : value;
  return [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), inner];
}

function cpuMs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}

/** A synthesis against bare CDKTF that writes the same resources, by turns. */
export const synthBench: Bench = () => {
  const root = mkdtempSync(path.join(tmpdir(), "keyferry-bench-"));
  try {
    const ours: number[] = [];
    const bare: number[] = [];
    let resources: readonly Written[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      const place = workspace({}, path.join(root, String(run)));
      const settings = {
        workspace: place,
        outdir: place.synthDir,
        lockFile: lockFile(place, path.join(root, String(run), "keyferry.config.ts")),
        writesLock: true,
        neverMade: [],
      };
      ours.push(cpuMs(() => synthesise(topology(), settings)));
      resources = resourcesIn(settings.outdir);
      bare.push(cpuMs(() => writeBare(resources, path.join(root, `bare-${run}`))));
    }
    return [
      {
        what: `synthesis of 1,900 copy jobs, ${resources.length} resources`,
        value: median(ours),
        unit: "ms",
      },
      { what: "bare CDKTF, the same resources", value: median(bare), unit: "ms" },
      {
        what: "the one in terms of the other",
        value: median(ours) / median(bare),
        unit: "times",
        aim: "at most 1.5",
      },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
