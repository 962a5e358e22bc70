import type { Answers } from "./answers";
import { configurationFile } from "./configuration-file";
import { packageFile, type Manifest } from "./package-file";
import { COMMENT_FILE, COMMENT_WORKFLOW, REVIEW_FILE, REVIEW_WORKFLOW } from "./review-workflows";
import type { Framework } from "./versions";
import { workflowFile } from "./workflow-file";

/** Files that a project may already have; missing content is added to them. */
export interface PresentFiles {
  /** The content of package.json. */
  readonly manifest?: Manifest;
  /** The text of .gitignore. */
  readonly gitignore?: string;
}

export const PACKAGE_FILE = "package.json";
export const GITIGNORE = ".gitignore";

/** The two files; their existing content is not changed. */
export const ADDED_TO: readonly string[] = [PACKAGE_FILE, GITIGNORE];

/** The module that exports a project's app for each framework; the entry points with the stacks load more than most projects need. */
const PROJECT: Readonly<Record<Framework, string>> = {
  cdktf: "keyferry/project",
  cdktn: "keyferry/cdktn/project",
};

const mainFile = (framework: Framework) => `import { synthesiseProject } from "${PROJECT[framework]}";

/** The app that \`keyferry deploy\` and \`${framework} deploy\` run: synthesises the stacks of the topology in keyferry.config.ts. */
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

/** State and files of rehearsals; keyferry.lock.json is committed. */
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
