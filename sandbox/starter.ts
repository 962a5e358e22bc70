import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

const SHELLS = new Set(["sh", "bash", "dash", "zsh", "ash", "ksh"]);

/**
 * The processes between npm and this one, npm included: npm starts a shell, and on some systems the shell is replaced by
 * the program itself. Empty if npm did not start this process.
 */
export function npmProcesses(): readonly number[] {
  if (process.env["npm_lifecycle_event"] === undefined) return [];
  const parent = lookUp(process.ppid);
  return parent !== undefined && SHELLS.has(parent.command) ? [process.ppid, parent.ppid] : [process.ppid];
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Undefined if neither `/proc` nor `ps` has the information. */
function lookUp(pid: number): { readonly command: string; readonly ppid: number } | undefined {
  const match = /^(.+?)\s+(\d+)$/.exec(fromProc(pid) ?? fromPs(pid) ?? "");
  const [, command = "", ppid = ""] = match ?? [];
  return match === null
    ? undefined
    : { command: path.basename(command).replace(/^-/, ""), ppid: Number(ppid) };
}

function fromProc(pid: number): string | undefined {
  try {
    const match = /^\d+ \((.*)\) \S (\d+) /s.exec(readFileSync(`/proc/${pid}/stat`, "utf8"));
    return match === null ? undefined : `${match[1]} ${match[2]}`;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number): string | undefined {
  try {
    return execFileSync("ps", ["-o", "comm=,ppid=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
