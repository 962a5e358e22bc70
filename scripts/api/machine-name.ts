import fs from "node:fs";
import os from "node:os";
import { sha256 } from "@keyferry/common";

/** The Linux files with the ids of the machine's current boot and of the namespace of process numbers. */
const BOOT = "/proc/sys/kernel/random/boot_id";
const PROCESSES = "/proc/self/ns/pid";

/** The properties that distinguish machines. */
export interface MachineMarks {
  readonly hostName: string;
  /** Undefined if the system does not provide it. */
  readonly boot: string | undefined;
  readonly processes: string | undefined;
  /** Hardware addresses of its network interfaces. */
  readonly addresses: readonly string[];
}

/**
 * A name that identifies a namespace of process numbers: the machine's name and a hash. Many machines are called `ubuntu` or
 * `localhost`, and containers can have the name of their machine and each count processes from 1; if two of them were confused, a
 * live run would be taken for dead.
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
    boot: ifReadable(() => fs.readFileSync(BOOT, "utf8").trim()),
    processes: ifReadable(() => fs.readlinkSync(PROCESSES)),
    addresses: [...new Set(addresses.filter(({ internal }) => !internal).map(({ mac }) => mac))],
  };
}

function ifReadable(look: () => string): string | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
