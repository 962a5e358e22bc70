import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { lockFile, workspace } from "../core/workspace";
import { synthesise } from "../stacks";
import { resourcesIn, writeBare, type Written } from "./bare-cdktf";
import type { Bench, Measurement } from "./bench";
import { installedProject } from "./installed-project";
import { FROM_ONE_ACCOUNT, largeInput, largeTopology } from "./large-topology";
import { secondsOf } from "./process-cpu";

const RUNS = 5;
/** Of each process: more, because a machine with other work disturbs them. */
const PROCESSES = 11;
const ROOT = path.join(__dirname, "..");

/**
 * A synthesis compared with bare CDKTF that writes the same resources, alternately: in this process, and as separate processes, from the
 * repository's sources and in a project in which the built package is installed.
 */
export const synthBench: Bench = () => {
  const root = mkdtempSync(path.join(tmpdir(), "keyferry-bench-"));
  try {
    return [...inThisProcess(root), ...asProcesses(root)];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};

function inThisProcess(root: string): readonly Measurement[] {
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
    // A new topology each time, so that no caches of the previous run are used.
    ours.push(cpuMs(() => synthesise(largeTopology(FROM_ONE_ACCOUNT), settings)));
    resources = resourcesIn(settings.outdir);
    bare.push(cpuMs(() => writeBare(resources, path.join(root, `bare-${run}`))));
  }
  return compared(`${resources.length} resources`, "ms", ours, bare);
}

/**
 * The time that a user waits: a process loads its libraries, reads the configuration and writes the stacks. The target applies to users, who have
 * the package installed. In one process, the comparison would be between reading, checking and proving a topology, and writing alone.
 */
function asProcesses(root: string): readonly Measurement[] {
  const ours: number[] = [];
  const installed: number[] = [];
  const bare: number[] = [];
  const outdir = path.join(root, "process");
  const project = installedProject(path.join(root, "project"), largeInput(FROM_ONE_ACCOUNT));
  // As `cdktf.json` runs it; bare CDKTF in the usual way to run TypeScript.
  const app = ["-r", path.join(ROOT, "bin/typescript.js"), path.join(ROOT, "main.ts")];
  const installedApp = ["-r", "keyferry/typescript", "main.ts"];
  const typescript = ["-r", require.resolve("tsx/cjs")];
  const env = {
    ...process.env,
    CDKTF_OUTDIR: outdir,
    KEYFERRY_CONFIG: path.join(__dirname, "synth-config.ts"),
    KEYFERRY_LOCK: "read-only",
  };
  const installedEnv = { ...env, KEYFERRY_CONFIG: path.join(project, "keyferry.config.ts") };
  const bareMain = [path.join(__dirname, "bare-cdktf-main.ts"), outdir, path.join(root, "bare")];
  for (let run = 0; run < PROCESSES; run += 1) {
    ours.push(secondsOf(app, { cwd: root, env }));
    installed.push(secondsOf(installedApp, { cwd: project, env: installedEnv }));
    bare.push(secondsOf([...typescript, ...bareMain], { cwd: root }));
  }
  return [
    ...compared("as a process from source", "s", ours, bare),
    ...compared("as a process, installed", "s", installed, bare, "at most 1.5"),
  ];
}

function compared(
  how: string,
  unit: string,
  ours: readonly number[],
  bare: readonly number[],
  aim?: string,
): readonly Measurement[] {
  return [
    { what: `synthesis of 1,900 copy jobs, ${how}`, value: median(ours), unit },
    { what: `bare CDKTF, the same resources, ${how}`, value: median(bare), unit },
    {
      what: `ratio, ${how}`,
      // Of neighbouring runs, which a busy machine slows down alike.
      value: median(ours.map((time, run) => time / (bare[run] ?? NaN))),
      unit: "times",
      ...(aim === undefined ? {} : { aim }),
    },
  ];
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
