import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Testing } from "cdktf";
import type { Construct } from "constructs";
import { synthesise, synthSettings } from "../../stacks";
import { withoutCreationStacks } from "../../stacks/creation-stacks";
import type { Topology } from "../../topology";

type Body = Readonly<Record<string, unknown>>;

/** A synthesised stack as data. */
export interface Synthesised {
  readonly data?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
  readonly output?: Readonly<Record<string, Body>>;
  readonly provider?: Readonly<Record<string, readonly Body[]>>;
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Body>>>>;
  readonly terraform: { readonly backend: Readonly<Record<string, Body>> };
}

/** A policy in a synthesised stack. */
export interface PolicyText {
  readonly Statement: readonly {
    readonly Sid: string;
    readonly Effect: string;
    readonly Principal?: { readonly AWS: readonly string[] };
    readonly Action: readonly string[];
    readonly Resource?: readonly string[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  }[];
}

/** The synthesis of constructs in a separate stack. */
export function synthesisedScope(build: (scope: Construct) => void): Synthesised {
  return JSON.parse(withoutCreationStacks(() => Testing.synthScope(build))) as Synthesised;
}

/** All resources of a type. */
export function resources(stack: Synthesised | undefined, type: string): readonly Body[] {
  return Object.values(stack?.resource?.[type] ?? {});
}

/** The only resource of a type. */
export function onlyResource(stack: Synthesised | undefined, type: string): Body {
  const all = resources(stack, type);
  expect(all).toHaveLength(1);
  return all[0] as Body;
}

export function policyOf(body: Body, attribute = "policy"): PolicyText {
  return JSON.parse(String(body[attribute])) as PolicyText;
}

/** Addresses of everything that Terraform manages or reads, sorted. */
export function addresses(stack: Synthesised): readonly string[] {
  const of = (kind: Synthesised["data"], prefix: string) =>
    Object.entries(kind ?? {}).flatMap(([type, all]) =>
      Object.keys(all).map((name) => `${prefix}${type}.${name}`),
    );
  return [...of(stack.resource, ""), ...of(stack.data, "data.")].sort();
}

/** Creates a directory for one test; the caller removes it. */
export function temporaryDirectory(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-test-"));
}

/** All stacks of a topology as data, by name. */
export function synthesisedTopology(
  topology: Topology,
  env: Readonly<Record<string, string>> = {},
): Readonly<Record<string, Synthesised>> {
  const directory = temporaryDirectory();
  try {
    const settings = synthSettings(env, directory);
    const names = synthesise(topology, settings);
    return Object.fromEntries(
      names.map((name) => {
        const file = path.join(settings.outdir, "stacks", name, "cdk.tf.json");
        return [name, JSON.parse(fs.readFileSync(file, "utf8")) as Synthesised];
      }),
    );
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}
