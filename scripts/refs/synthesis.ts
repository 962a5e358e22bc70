import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { ConfigurationError, KeyferryError } from "../../core/errors";
import { hostEnvironment } from "../../setup/environment";
import { ProgramFailed } from "../../setup/program";
import { synthesiseProject } from "../../setup/synthesise";
import type { RefProject, Synthesised } from "./project";
import type { Ref } from "./repository";
import { inWorkTree } from "./work-tree";

/** Variables that select a rehearsal, another output directory or other recorded state: a review is about AWS and committed files. */
const NOT_TAKEN = ["AWS_ENDPOINT_URL", "KEYFERRY_REHEARSAL_DIR", "KEYFERRY_NEVER_MADE", "CDKTF_OUTDIR"];
/** Lock files of package managers. */
const PACKAGE_LOCKS = ["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"];

/**
 * Synthesises a ref of the project's repository in a temporary work tree, with the packages that are installed in the project and the
 * committed lock file, and passes the output to `read`. The work tree is always removed, also after a failure.
 * @throws ConfigurationError if the ref does not contain the project
 * @throws KeyferryError `SynthesisFailed` with the project's own report
 * @throws KeyferryError `Interrupted` if it is aborted
 */
export async function synthesisedAt<T>(
  ref: Ref,
  project: RefProject,
  read: (synthesised: Synthesised) => T,
): Promise<T> {
  const { name, repository } = ref;
  const below = path.relative(repository.top, fs.realpathSync(project.directory));
  const configuration = configurationBelow(project, repository.top);
  return unlessInterrupted(project, () =>
    inWorkTree(ref, below, project.signal, async ({ top, scratch }) => {
      const directory = path.join(top, below);
      if (!fs.existsSync(path.join(directory, "cdktf.json"))) throw noProject(name, below);
      tellOtherPackages(name, project, directory);
      const made = { project: directory, directory: path.join(scratch, "out") };
      await synthesise(name, project, made, path.join(top, configuration));
      return read(made);
    }),
  );
}

/**
 * Synthesises the project's working tree, committed or not, into a directory other than that of `keyferry synth`.
 * @throws as `synthesisedAt`
 */
export async function synthesisedHere<T>(
  project: RefProject,
  read: (synthesised: Synthesised) => T,
): Promise<T> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-review-"));
  try {
    return await unlessInterrupted(project, async () => {
      const made = { project: project.directory, directory: path.join(scratch, "out") };
      const configuration = project.configuration ?? path.join(project.directory, "keyferry.config.ts");
      await synthesise("the project's working tree", project, made, configuration);
      return read(made);
    });
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function synthesise(
  named: string,
  { env, signal }: RefProject,
  { project, directory }: Synthesised,
  configuration: string,
): Promise<void> {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_TAKEN.includes(name)));
  let report = "";
  try {
    await synthesiseProject({ ...hostEnvironment(), env: own, cwd: project }, directory, {
      env: { ...own, KEYFERRY_CONFIG: configuration, KEYFERRY_LOCK: "read-only" },
      onOutput: (text) => (report += text),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    if (!(cause instanceof ProgramFailed)) throw cause;
    const said = report.trim() === "" ? cause.message : report.trim();
    throw new KeyferryError(`${named} cannot be synthesised:\n${said}`, {
      code: "SynthesisFailed",
      source: "user",
      cause,
    });
  }
}

async function unlessInterrupted<T>({ signal }: RefProject, work: () => Promise<T>): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await work();
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    throw new KeyferryError("interrupted: there is no review, and temporary files are removed", {
      code: "Interrupted",
      source: "user",
      cause: error,
    });
  }
}

/** @returns relative to the repository's top */
function configurationBelow({ directory, configuration }: RefProject, top: string): string {
  const file = configuration ?? path.join(directory, "keyferry.config.ts");
  const folder = path.dirname(file);
  const below = path.relative(top, path.join(real(folder), path.basename(file)));
  if (!below.startsWith("..") && !path.isAbsolute(below)) return below;
  const what = "it is outside of the repository, so no ref contains it";
  throw new ConfigurationError([{ path: file, what }], "the configuration");
}

function real(folder: string): string {
  return fs.existsSync(folder) ? fs.realpathSync(folder) : folder;
}

function noProject(ref: string, below: string): ConfigurationError {
  const file = path.posix.join(...below.split(path.sep), "cdktf.json");
  return new ConfigurationError(
    [{ path: ref, what: `it has no ${file}: the project did not exist yet, or was in another directory` }],
    "what is reviewed",
  );
}

function tellOtherPackages(ref: string, { directory, onNotice }: RefProject, there: string): void {
  const text = (folder: string, name: string) => {
    const file = path.join(folder, name);
    return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined;
  };
  for (const name of PACKAGE_LOCKS.filter((lock) => text(directory, lock) !== text(there, lock))) {
    onNotice?.(
      `${ref} has a different ${name}: it is synthesised with the packages that are installed in the project`,
    );
  }
}
