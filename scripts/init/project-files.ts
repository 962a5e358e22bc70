import type { Answers } from "./answers";
import { configurationFile } from "./configuration-file";
import { packageFile, type Manifest } from "./package-file";
import { COMMENT_FILE, COMMENT_WORKFLOW, REVIEW_FILE, REVIEW_WORKFLOW } from "./review-workflows";
import type { Framework } from "./versions";
import { workflowFile } from "./workflow-file";

/** Files that a project may have already, and that are added to. */
export interface PresentFiles {
  /** Of package.json. */
  readonly manifest?: Manifest;
  /** The text of .gitignore. */
  readonly gitignore?: string;
}

export const PACKAGE_FILE = "package.json";
export const GITIGNORE = ".gitignore";

/** Those two: nothing in them is changed. */
export const ADDED_TO: readonly string[] = [PACKAGE_FILE, GITIGNORE];

/** Where what a project's app does is exported for each framework; the stacks' own entries load what few projects need. */
const PROJECT: Readonly<Record<Framework, string>> = {
  cdktf: "keyferry/project",
  cdktn: "keyferry/cdktn/project",
};

const mainFile = (framework: Framework) => `import { synthesiseProject } from "${PROJECT[framework]}";

/** What \`keyferry deploy\` and \`${framework} deploy\` run: the topology of keyferry.config.ts becomes stacks. */
void synthesiseProject(__dirname);
`;

/** `cdktf.json`, which both frameworks read. */
const APP = {
  language: "typescript",
  app: "node -r keyferry/typescript main.ts",
  sendCrashReports: "false",
};

const TSCONFIG = {
  compilerOptions: {
    target: "ES2022",
    module: "Node16",
    moduleResolution: "Node16",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
    noEmit: true,
  },
  include: ["*.ts"],
};

/** State and what a rehearsal leaves; keyferry.lock.json is committed. */
const IGNORED = [
  "node_modules/",
  "cdktf.out/",
  ".keyferry/",
  ".rehearsal/",
  ".cache/",
  "manifest.json",
  "report.html",
];

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/**
 * Every file of a new project, by its path in it.
 * @param version of Keyferry
 */
export function projectFiles(
  answers: Answers,
  version: string,
  { manifest, gitignore = "" }: PresentFiles = {},
): Readonly<Record<string, string>> {
  return {
    [PACKAGE_FILE]: packageFile(answers, version, manifest),
    "keyferry.config.ts": configurationFile(answers),
    "main.ts": mainFile(answers.framework),
    "cdktf.json": json(APP),
    "tsconfig.json": json(TSCONFIG),
    [GITIGNORE]: ignoring(gitignore),
    ...(answers.workflow
      ? {
          ".github/workflows/keyferry.yml": workflowFile(answers),
          [REVIEW_FILE]: REVIEW_WORKFLOW,
          [COMMENT_FILE]: COMMENT_WORKFLOW,
        }
      : {}),
  };
}

function ignoring(present: string): string {
  const known = present.split("\n").map((line) => line.trim());
  const before = present === "" || present.endsWith("\n") ? present : `${present}\n`;
  return `${before}${IGNORED.filter((line) => !known.includes(line))
    .map((line) => `${line}\n`)
    .join("")}`;
}
