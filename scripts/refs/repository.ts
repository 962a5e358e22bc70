import path from "node:path";
import { ConfigurationError, type Problem } from "../../core/errors";
import { capture } from "../../setup/program";
import type { RefProject } from "./project";

/** The Git repository that holds a project. */
export interface Repository {
  /** Absolute; the work tree that contains the project. */
  readonly top: string;
  /** Environment for Git. */
  readonly env: RefProject["env"];
}

/** A ref as the user named it, and its commit. */
export interface Ref {
  /** Anything that Git accepts: a branch, a tag, `HEAD~1`, a commit id. */
  readonly name: string;
  readonly commit: string;
  readonly repository: Repository;
}

/** Variables that Git sets for its hooks: they name a work tree other than the project's. */
const OF_A_HOOK = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR"];

/**
 * Looks up refs in the repository of a project.
 * @throws ConfigurationError with every ref that does not exist; also if the project is not in a repository, or Git is not installed
 */
export async function findRefs(names: readonly string[], project: RefProject): Promise<readonly Ref[]> {
  if (names.length === 0) return [];
  const repository = await repositoryOf(project);
  const found: (Ref | Problem)[] = [];
  for (const name of names) {
    found.push(
      typeof repository === "string"
        ? absent(name, `no Git repository that could contain such a ref: ${repository}`)
        : await refOf(repository, name),
    );
  }
  const problems = found.filter((one): one is Problem => "what" in one);
  if (problems.length > 0) throw new ConfigurationError(problems, "what is reviewed");
  return found.filter((one): one is Ref => "commit" in one);
}

/** @returns why there is no repository, if there is none */
async function repositoryOf({ directory, env }: RefProject): Promise<Repository | string> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !OF_A_HOOK.includes(name)));
  const { exitCode, stdout, stderr } = await capture("git", ["rev-parse", "--show-toplevel"], {
    env: own,
    cwd: directory,
  });
  if (exitCode !== 0) return stderr.trim().split("\n").at(-1) ?? "";
  return { top: path.resolve(stdout.trim()), env: own };
}

async function refOf(repository: Repository, name: string): Promise<Ref | Problem> {
  const { top: cwd, env } = repository;
  const asked = ["rev-parse", "--verify", "--quiet", `${name}^{commit}`];
  const answer = name.startsWith("-") ? undefined : await capture("git", asked, { env, cwd });
  if (answer?.exitCode !== 0) return absent(name, "no such branch, tag or commit in the repository");
  return { name, commit: answer.stdout.trim(), repository };
}

function absent(name: string, why: string): Problem {
  return {
    path: name,
    what: `there is no such directory, and ${why}`,
    allowed: "a directory into which stacks were synthesised, or a ref of the project's repository",
    fix: "fetch a ref that the repository does not have yet; a workflow needs `fetch-depth: 0` for it",
  };
}
