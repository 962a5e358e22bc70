import fs from "node:fs";
import { isRecord } from "@keyferry/common";
import { ConfigurationError, type Problem } from "../../core/errors";

/** The commit that a pull request would merge, by which the request is found. */
export interface Head {
  /** `owner:branch`, as GitHub's list of pull requests takes it. */
  readonly label: string;
  readonly sha: string;
}

/** What a job of GitHub Actions knows of itself. */
export interface Workflow {
  /** `owner/name`. */
  readonly repository: string;
  /** Without a slash at the end. */
  readonly api: string;
  readonly graphql: string;
  readonly token: string;
  /** The number of a pull request; or where another workflow has ended, the head that it was about; undefined where its fork is deleted. */
  readonly about: number | Head | undefined;
  /** The file of the step's outputs. */
  readonly output: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const RECIPE = "run it in a workflow on pull_request or workflow_run, as docs/review.md has it";

/**
 * Reads it from the job's environment: the token from `GITHUB_TOKEN` or `GH_TOKEN`, the pull request from the event. Nothing is taken from
 * what the pull request's own code has written. Source: GitHub, "Variables reference"; "Webhook events and payloads", `workflow_run`.
 * @throws ConfigurationError with everything that is missing
 */
export function readWorkflow(env: Environment): Workflow {
  const problems: Problem[] = [];
  const missing = (path: string, what: string, fix: string) => problems.push({ path, what, fix });
  const token = (env["GITHUB_TOKEN"] || env["GH_TOKEN"]) ?? "";
  if (token === "")
    missing(
      "GITHUB_TOKEN",
      "there is no token",
      "give it to the step: env: { GITHUB_TOKEN: ${{ github.token }} }",
    );
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    missing("GITHUB_REPOSITORY", "it names no repository, as owner/name", RECIPE);
  const api = addressIn(env, "GITHUB_API_URL", "https://api.github.com", problems);
  const graphql = addressIn(env, "GITHUB_GRAPHQL_URL", `${api}/graphql`, problems);
  const about = aboutIn(env, problems);
  if (problems.length > 0) throw new ConfigurationError(problems, "the workflow's environment");
  return { repository, api, graphql, token, about, output: env["GITHUB_OUTPUT"] || undefined };
}

/** The token goes there, so it goes encrypted, or to this machine. */
function addressIn(env: Environment, name: string, usual: string, problems: Problem[]): string {
  const written = env[name] || usual;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isHere = url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !(isHere && url?.protocol === "http:"))
    problems.push({ path: name, what: `${written} is no https address`, fix: "leave it as GitHub sets it" });
  return written.replace(/\/+$/, "");
}

/** Events of a pull request itself; that of another workflow has its head. */
function aboutIn(env: Environment, problems: Problem[]): Workflow["about"] {
  const event = eventIn(env, problems);
  if (event === undefined) return undefined;
  const { pull_request: pull, workflow_run: run } = event;
  if (isRecord(pull) && typeof pull["number"] === "number") return pull["number"];
  if (isRecord(run) && run["event"] === "pull_request" && typeof run["head_sha"] === "string") {
    const { head_repository: from, head_branch: branch, head_sha: sha } = run;
    const owner = isRecord(from) && isRecord(from["owner"]) ? from["owner"]["login"] : undefined;
    if (typeof owner !== "string" || typeof branch !== "string") return undefined;
    return { label: `${owner}:${branch}`, sha };
  }
  problems.push({ path: "GITHUB_EVENT_PATH", what: "the event is about no pull request", fix: RECIPE });
  return undefined;
}

function eventIn(env: Environment, problems: Problem[]): Readonly<Record<string, unknown>> | undefined {
  const file = env["GITHUB_EVENT_PATH"] ?? "";
  try {
    const event: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (isRecord(event)) return event;
  } catch {
    // Told below, with what to do.
  }
  problems.push({ path: "GITHUB_EVENT_PATH", what: "it names no file with the job's event", fix: RECIPE });
  return undefined;
}

/** Tells the job's other steps, as the output `pull-request`, which pull request it was. */
export function tellSteps({ output }: Workflow, pull: number): void {
  if (output !== undefined) fs.appendFileSync(output, `pull-request=${pull}\n`);
}
