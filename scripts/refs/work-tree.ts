import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { KeyferryError } from "../../core/errors";
import { capture, ProgramFailed, run } from "../../setup/program";
import { linkModules } from "./link-modules";
import type { Ref } from "./repository";

/**
 * Runs work in a temporary work tree of a ref, with the packages that are installed in the project. The work tree is always removed
 * afterwards.
 * @param project directory of the project, relative to the repository's top
 * @param signal ends Git, not the removal
 * @throws KeyferryError `SynthesisFailed` with Git's message if Git cannot create the work tree
 */
export async function inWorkTree<T>(
  ref: Ref,
  project: string,
  signal: AbortSignal | undefined,
  work: (directories: { readonly top: string; readonly scratch: string }) => Promise<T>,
): Promise<T> {
  const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-review-")));
  const top = path.join(scratch, "tree");
  const { repository } = ref;
  try {
    await checkOut(ref, top, signal);
    linkModules({ from: repository.top, to: top }, project);
    return await work({ top, scratch });
  } finally {
    // Fails if Git has not created it; links are removed, never followed.
    const remove = ["worktree", "remove", "--force", top];
    await capture("git", remove, { env: repository.env, cwd: repository.top });
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function checkOut({ name, commit, repository }: Ref, top: string, signal: AbortSignal | undefined) {
  // A hook of the repository would treat it as a checkout of the user.
  const add = ["-c", `core.hooksPath=${os.devNull}`, "worktree", "add", "--quiet", "--detach", top, commit];
  try {
    await run("git", add, {
      env: repository.env,
      cwd: repository.top,
      onOutput: () => undefined,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (!(cause instanceof ProgramFailed)) throw cause;
    throw new KeyferryError(`${name} cannot be checked out:\n${cause.message}`, {
      code: "SynthesisFailed",
      source: "user",
      cause,
    });
  }
}
