import fs from "node:fs";
import path from "node:path";
import { isRecord } from "@keyferry/common";
import { ConfigurationError, type Problem } from "../../../core/errors";
import { readIfPresent, writeWhole } from "../../../core/whole-file";
import { firstTopology, type Answers, type FirstPlace } from "../../init/answers";
import type { Manifest } from "../../init/package-file";
import { ADDED_TO, GITIGNORE, PACKAGE_FILE, projectFiles, type PresentFiles } from "../../init/project-files";
import { FRAMEWORKS, PROJECT_DEPENDENCIES, type Framework } from "../../init/versions";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { packageVersion } from "../package-version";

export interface InitOptions {
  readonly name?: string;
  /** `builder=111111111111` */
  readonly from?: string;
  readonly to?: string;
  readonly fromRegion?: string;
  readonly toRegion?: string;
  readonly workflow?: boolean;
  /** The framework of the project's stacks. */
  readonly framework: Framework;
  /** Use defaults for missing options instead of asking. @default false */
  readonly yes?: boolean;
}

/** The questions, in this order, with their default answers. */
const QUESTIONS = [
  ["from", "Account in which images are built, as name=id", "builder=111111111111"],
  ["fromRegion", "Region in which images are built", "eu-west-1"],
  ["to", "Account to which images are copied, as name=id", "prod=222222222222"],
  ["toRegion", "Region to which images are copied", "eu-central-1"],
] as const;

/**
 * `keyferry init`: writes the files of a new project.
 * @throws ConfigurationError with every wrong answer, or every file that already exists, before anything is written
 */
export async function initCommand(host: Host, directory: string, options: InitOptions): Promise<number> {
  const root = path.resolve(host.cwd, directory);
  const answers = await asked(host, root, options);
  firstTopology(answers);
  const present = presentFiles(root);
  const files = projectFiles(answers, packageVersion(), present);
  const inTheWay = [
    ...othersFiles(root, Object.keys(files)),
    ...otherFrameworks(root, answers.framework, present),
  ];
  if (inTheWay.length > 0) throw new ConfigurationError(inTheWay, "the project");
  for (const [file, text] of Object.entries(files)) writeWhole(path.join(root, file), text, "everybody");
  host.out(Object.keys(files).join("\n"));
  const enter = directory === "." ? [] : [`cd ${directory}`];
  host.err(
    [
      "",
      "Next:",
      ...[...enter, "npm install", "npx keyferry demo", "npx keyferry bootstrap"].map((line) => `  ${line}`),
      "demo runs the whole project on a rehearsal cloud; bootstrap prints the role that each account needs before the first deploy.",
    ].join("\n"),
  );
  return EXIT.done;
}

async function asked(host: Host, root: string, options: InitOptions): Promise<Answers> {
  const name = options.name ?? nameOf(root);
  const given: Record<(typeof QUESTIONS)[number][0], string> = {
    from: "",
    fromRegion: "",
    to: "",
    toRegion: "",
  };
  for (const [key, question, usual] of QUESTIONS) {
    const option = options[key];
    const asks = option === undefined && options.yes !== true && host.ask !== undefined;
    given[key] = option ?? ((asks ? await host.ask(`${question} (${usual}): `) : undefined)?.trim() || usual);
  }
  const [from, to] = [placeOf(given.from, given.fromRegion), placeOf(given.to, given.toRegion)];
  const { framework, workflow = false } = options;
  if (from !== undefined && to !== undefined) return { name, from, to, framework, workflow };
  const problems = (["from", "to"] as const)
    .filter((key) => ({ from, to })[key] === undefined)
    .map((key) => ({
      path: `--${key}`,
      what: `it is ${given[key]}`,
      allowed: "a name and an account id, such as prod=222222222222",
    }));
  throw new ConfigurationError(problems, "the options");
}

function placeOf(text: string, region: string): FirstPlace | undefined {
  const [account, id, ...more] = text.split("=");
  return account && id && more.length === 0 ? { account, id, region } : undefined;
}

/** The default name of a topology: its directory's name, without the characters that are not allowed. */
function nameOf(root: string): string {
  const name = path
    .basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^[^a-z]+/, "");
  return name.slice(0, 24) || "keyferry";
}

function presentFiles(root: string): PresentFiles {
  const manifest = readIfPresent(path.join(root, PACKAGE_FILE));
  const gitignore = readIfPresent(path.join(root, GITIGNORE));
  return {
    ...(manifest === undefined ? {} : { manifest: parsed(path.join(root, PACKAGE_FILE), manifest) }),
    ...(gitignore === undefined ? {} : { gitignore }),
  };
}

function parsed(file: string, text: string): Manifest {
  try {
    const manifest: unknown = JSON.parse(text);
    if (isRecord(manifest)) return manifest;
  } catch {
    // Reported below, like any other content that is not a manifest.
  }
  const problem = { path: file, what: "it is not a JSON object", fix: "correct it, or move it away" };
  throw new ConfigurationError([problem], "the project");
}

function othersFiles(root: string, files: readonly string[]): readonly Problem[] {
  return files
    .filter((file) => !ADDED_TO.includes(file) && fs.existsSync(path.join(root, file)))
    .map((file): Problem => ({
      path: path.join(root, file),
      what: "the file exists already, and your files are never overwritten",
      fix: "move it away, or name another directory: keyferry init DIRECTORY",
    }));
}

/** Packages of another framework: a project must have only one, or deployments could not tell which provider a stack requires. */
function otherFrameworks(root: string, chosen: Framework, { manifest }: PresentFiles): readonly Problem[] {
  const known = { ...manifest?.devDependencies, ...manifest?.dependencies };
  return FRAMEWORKS.flatMap((other) =>
    Object.keys(PROJECT_DEPENDENCIES[other])
      .filter((name) => name in known && !(name in PROJECT_DEPENDENCIES[chosen]))
      .map((name) => ({
        path: path.join(root, PACKAGE_FILE),
        what: `it names ${name}, but a project can use only one framework, and this one would use ${chosen}`,
        fix: `remove ${name} from it, or choose its framework: --framework ${other}`,
      })),
  );
}
