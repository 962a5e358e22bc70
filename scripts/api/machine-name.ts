import fs from "node:fs";
import os from "node:os";
import { sha256 } from "@keyferry/common";

/** Where Linux tells which boot of which machine this is, and in which space process numbers are counted. */
const BOOT = "/proc/sys/kernel/random/boot_id";
const PROCESSES = "/proc/self/ns/pid";

/** What tells one machine from another. */
export interface MachineMarks {
  readonly hostName: string;
  /** Undefined where the system does not tell. */
  readonly boot: string | undefined;
  readonly processes: string | undefined;
  /** Hardware addresses of its network. */
  readonly addresses: readonly string[];
}

/**
 * A name under which process numbers mean the same: that of the machine, and a mark. Many machines are called `ubuntu` or
 * `localhost`, and containers of one machine may have its name and each count processes from 1; whoever took one for the
 * other would think that a living run is dead.
 */
export function machineName(marks: MachineMarks = marksOfThisMachine()): string {
  const { hostName, boot, processes, addresses } = marks;
  const mark = boot === undefined ? [...addresses].sort().join() : `${boot} ${processes}`;
  return `${hostName}/${sha256(mark).slice(0, 8)}`;
}

function marksOfThisMachine(): MachineMarks {
  const addresses = Object.values(os.networkInterfaces()).flatMap((all) => all ?? []);
  return {
    hostName: os.hostname(),
    boot: told(() => fs.readFileSync(BOOT, "utf8").trim()),
    processes: told(() => fs.readlinkSync(PROCESSES)),
    addresses: [...new Set(addresses.filter(({ internal }) => !internal).map(({ mac }) => mac))],
  };
}

function told(look: () => string): string | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
