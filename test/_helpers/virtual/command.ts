import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { connectAsDeployer } from "../../../scripts/aws/deployer";
import type { Host } from "../../../scripts/cli/host";
import { runCli } from "../../../scripts/cli/run-cli";
import { systemHost } from "../../../scripts/cli/system-host";
import { workspace } from "../../../core/workspace";
import { journalFile } from "../../../scripts/engine/journal";
import type { TopologyInput } from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

export interface Answered {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A user's directory, in which commands run in this process on a virtual cloud. */
export interface Desk {
  readonly directory: string;
  /** Where `report.html` and the manifest go. */
  readonly results: string;
  /** The journal that the commands read. */
  readonly journal: string;
  give(...argv: string[]): Promise<Answered>;
  remove(): void;
}

export function deskOf(cloud: VirtualCloud, input: TopologyInput): Desk {
  const directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-virtual-"));
  writeFileSync(path.join(directory, "keyferry.config.ts"), `export default ${JSON.stringify(input)};\n`);
  const env = { ...process.env, AWS_ENDPOINT_URL: cloud.url, NO_COLOR: "1" };
  const { resultsDir, journalDir } = workspace(env, directory);
  return {
    directory,
    results: resultsDir,
    journal: journalFile(journalDir, input.name),
    async give(...argv) {
      const said = { out: "", err: "" };
      const host: Host = {
        ...systemHost,
        env,
        cwd: directory,
        out: (text) => void (said.out += `${text}\n`),
        err: (text) => void (said.err += `${text}\n`),
        load: () => ({ default: input }),
        clock: cloud.clock,
        connect: (topology, session) => cloud.access(topology, session),
        connectAsDeployer: (topology, session) =>
          connectAsDeployer(topology, session, cloud.clock.timekeeper),
        onInterrupt: () => () => undefined,
        every: () => () => undefined,
      };
      return { code: await runCli(argv, host), ...said };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
