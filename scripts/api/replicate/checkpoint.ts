import fs from "node:fs";
import path from "node:path";
import { readIfPresent, writeWhole } from "../../../core/whole-file";
import type { Workspace } from "../../../core/workspace";
import type { VerifiedSoFar } from "../../commands/replicate/verify";

/** Pages of objects between two checkpoints: a checkpoint for each page would write more than is read. */
const PAGES = 10;

/** Records the progress of a verification, so that the same command continues from there. */
export class Checkpoint {
  private readonly file: string;
  private readonly soFar: Record<string, VerifiedSoFar>;
  private pages = 0;

  /** @param name of the topology, of the rule if only one is verified, and a hash of the rules */
  constructor({ dir }: Workspace, name: string, restart: boolean) {
    this.file = path.join(dir, "verified", `${name}.json`);
    const text = restart ? undefined : readIfPresent(this.file);
    this.soFar = text === undefined ? {} : read(text);
  }

  /** Whether there is a checkpoint to continue from. */
  get isResumed(): boolean {
    return Object.keys(this.soFar).length > 0;
  }

  get reached(): Readonly<Record<string, VerifiedSoFar>> {
    return { ...this.soFar };
  }

  note(ruleId: string, soFar: VerifiedSoFar): void {
    this.soFar[ruleId] = soFar;
    this.pages += 1;
    if (soFar.done || this.pages % PAGES === 0) this.write();
  }

  write(): void {
    writeWhole(this.file, JSON.stringify(this.soFar));
  }

  /** To be called when everything was verified: the next verification starts from the beginning. */
  end(): void {
    fs.rmSync(this.file, { force: true });
  }
}

/** A file that was truncated or changed does not count as a checkpoint. */
function read(text: string): Record<string, VerifiedSoFar> {
  try {
    return JSON.parse(text) as Record<string, VerifiedSoFar>;
  } catch {
    return {};
  }
}
