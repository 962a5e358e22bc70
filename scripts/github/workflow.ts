import fs from "node:fs";
import { isRecord } from "@keyferry/common";
import { ConfigurationError, type Problem } from "../../core/errors";

/** The head commit of a pull request, by which the pull request is found. */
export interface Head {
  /** `owner:branch`, as GitHub's list of pull requests accepts it. */
  readonly label: string;
  readonly sha: string;
}

/** The environment of a GitHub Actions job. */
export interface Workflow {
  /** `owner/name`. */
  readonly repository: string;
  /** Without a slash at the end. */
  readonly api: string;
  readonly graphql: string;
  readonly token: string;
  /** The number of the pull request; after another workflow, the head of its pull request; undefined if that fork was deleted. */
  readonly about: number | Head | undefined;
  /** The file of the step's outputs. */
  readonly output: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const RECIPE = "run it in a workflow on pull_request or workflow_run, as shown in docs/review.md";

/**
 * Reads the job's environment: the token from `GITHUB_TOKEN` or `GH_TOKEN`, the pull request from the event. It reads nothing that the
 * pull request's own code has written. Source: GitHub, "Variables reference"; "Webhook events and payloads", `workflow_run`.
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
      "pass it to the step: env: { GITHUB_TOKEN: ${{ github.token }} }",
    );
  const repository = env["GITHUB_REPOSITORY"] ?? "";
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    missing("GITHUB_REPOSITORY", "it does not name a repository as owner/name", RECIPE);
  const api = addressIn(env, "GITHUB_API_URL", "https://api.github.com", problems);
  const graphql = addressIn(env, "GITHUB_GRAPHQL_URL", `${api}/graphql`, problems);
  const about = aboutIn(env, problems);
  if (problems.length > 0) throw new ConfigurationError(problems, "the workflow's environment");
  return { repository, api, graphql, token, about, output: env["GITHUB_OUTPUT"] || undefined };
}

/** The token is sent to this address, so it must use https or be on this machine. */
function addressIn(env: Environment, name: string, usual: string, problems: Problem[]): string {
  const written = env[name] || usual;
  const url = URL.canParse(written) ? new URL(written) : undefined;
  const isHere = url !== undefined && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url?.protocol !== "https:" && !(isHere && url?.protocol === "http:"))
    problems.push({
      path: name,
      what: `${written} is not an https address`,
      fix: "leave it as GitHub sets it",
    });
  return written.replace(/\/+$/, "");
}

/** The event of a pull request contains its number; the event of another workflow contains its head. */
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
  problems.push({
    path: "GITHUB_EVENT_PATH",
    what: "the event does not belong to a pull request",
    fix: RECIPE,
  });
  return undefined;
}

function eventIn(env: Environment, problems: Problem[]): Readonly<Record<string, unknown>> | undefined {
  const file = env["GITHUB_EVENT_PATH"] ?? "";
  try {
    const event: unknown = JSON.parse(fs.readFileSync(file, "utf8"));
    if (isRecord(event)) return event;
  } catch {
    // Reported below, with the fix.
  }
  problems.push({
    path: "GITHUB_EVENT_PATH",
    what: "it does not name a file with the job's event",
    fix: RECIPE,
  });
  return undefined;
}

/** Sets the output `pull-request` to the number of the pull request, for other steps of the job. */
export function tellSteps({ output }: Workflow, pull: number): void {
  if (output !== undefined) fs.appendFileSync(output, `pull-request=${pull}\n`);
}
