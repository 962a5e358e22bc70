import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { capture, run } from "../../setup/program";
import { linkModules } from "./link-modules";
import type { Repository } from "./repository";

/**
 * Does some work in a throw-away work tree of a commit, with what is installed in the project's own. It is removed afterwards,
 * whatever happens.
 * @param project directory of the project, relative to the repository's top
 * @param signal ends Git, not the removal
 */
export async function inWorkTree<T>(
  repository: Repository,
  commit: string,
  project: string,
  signal: AbortSignal | undefined,
  work: (directories: { readonly top: string; readonly scratch: string }) => Promise<T>,
): Promise<T> {
  const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-review-")));
  const top = path.join(scratch, "tree");
  const { env } = repository;
  try {
    // A hook of the repository would take it for a checkout of the user's.
    const add = ["-c", `core.hooksPath=${os.devNull}`, "worktree", "add", "--quiet", "--detach", top, commit];
    await run("git", add, {
      env,
      cwd: repository.top,
      onOutput: () => undefined,
      ...(signal === undefined ? {} : { signal }),
    });
    linkModules({ from: repository.top, to: top }, project);
    return await work({ top, scratch });
  } finally {
    // Fails where Git has made none; links are removed, never followed.
    await capture("git", ["worktree", "remove", "--force", top], { env, cwd: repository.top });
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}
