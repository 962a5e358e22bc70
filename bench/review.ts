import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lockFile, workspace } from "../core/workspace";
import { synthesise } from "../stacks";
import { resolveTopology, type TopologyInput } from "../topology";
import type { Bench, Measurement } from "./bench";
import { FROM_ONE_ACCOUNT, largeInput } from "./large-topology";
import { secondsOf } from "./process-cpu";

const RUNS = 3;
const KEYFERRY = path.join(__dirname, "../bin/keyferry.js");
const TELL_MEMORY = path.join(__dirname, "tell-memory.cjs");

/**
 * `keyferry review` as a separate process, for syntheses of 20 accounts x 5 Regions: of two equal syntheses, and of one compared with another that has
 * one account fewer and lets everybody use every key.
 */
export const reviewBench: Bench = () => {
  const root = mkdtempSync(path.join(tmpdir(), "keyferry-bench-"));
  try {
    const before = largeInput(FROM_ONE_ACCOUNT);
    const base = synthesised(root, "base", before);
    const same = synthesised(root, "same", before);
    const changed = synthesised(root, "changed", withoutOneAccount(before));
    openEveryKey(changed);
    return [
      ...measured("nothing changes", root, [base, same], 0),
      ...measured("an account removed, every key opened to everybody", root, [base, changed], 1),
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

function synthesised(root: string, name: string, input: TopologyInput): string {
  const place = workspace({}, path.join(root, name));
  synthesise(resolveTopology(input), {
    workspace: place,
    outdir: place.synthDir,
    lockFile: lockFile(place, path.join(root, name, "keyferry.config.ts")),
    writesLock: true,
    neverMade: [],
  });
  return place.synthDir;
}

function withoutOneAccount(input: TopologyInput): TopologyInput {
  const images = Object.entries(input.images ?? {}).map(([name, image]) => [
    name,
    { ...image, to: image.to.filter(({ account }) => account !== "account-1") },
  ]);
  return { ...input, images: Object.fromEntries(images) as NonNullable<TopologyInput["images"]> };
}

interface KeysStack {
  readonly resource: { readonly aws_kms_key: Readonly<Record<string, { policy: string }>> };
}

function openEveryKey(directory: string): void {
  const stacks = path.join(directory, "stacks");
  for (const name of readdirSync(stacks).filter((stack) => stack.startsWith("foundation-keys-"))) {
    const file = path.join(stacks, name, "cdk.tf.json");
    const stack = JSON.parse(readFileSync(file, "utf8")) as KeysStack;
    for (const key of Object.values(stack.resource.aws_kms_key)) {
      const policy = JSON.parse(key.policy) as { readonly Statement: object[] };
      policy.Statement.push({ Effect: "Allow", Principal: "*", Action: "kms:Decrypt", Resource: "*" });
      key.policy = JSON.stringify(policy);
    }
    writeFileSync(file, JSON.stringify(stack));
  }
}

function measured(
  what: string,
  cwd: string,
  sides: readonly string[],
  status: number,
): readonly Measurement[] {
  const argv = [KEYFERRY, "review", ...sides];
  const seconds = Array.from({ length: RUNS }, () => secondsOf(argv, { cwd }, status));
  const { output } = spawnSync(process.execPath, ["-r", TELL_MEMORY, ...argv], {
    cwd,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  const median = [...seconds].sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  return [
    { what, value: median, unit: "s", aim: "< 5 s" },
    { what: `${what}, in memory`, value: Number(output[3]) / 1024, unit: "MiB", aim: "< 381 MiB (400 MB)" },
  ];
}
