import { KeyferryError } from "../../core/errors";
import { visible } from "../../core/visible";

/** The parts of GitHub's response that contain the reason. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** GitHub's own reason, likely cause and fix. Source: GitHub, "Troubleshooting the REST API"; "Rate limits for the REST API". */
interface Refusal {
  readonly when: (answer: Answer) => boolean;
  readonly cause: string;
  readonly fix: string;
}

const REFUSALS: readonly Refusal[] = [
  {
    when: ({ status, headers }) =>
      status === 429 ||
      (status === 403 && (headers.get("x-ratelimit-remaining") === "0" || headers.has("retry-after"))),
    cause: "the token has made too many requests",
    fix: "run the job again later",
  },
  {
    when: ({ status }) => status === 401,
    cause: "the token is invalid or has expired",
    fix: "give the step the job's own token: env: { GITHUB_TOKEN: ${{ github.token }} }",
  },
  {
    when: ({ status, text }) => status === 403 && text.includes("Resource not accessible by"),
    cause:
      "the token is not allowed to comment on pull requests; the token of a workflow that is started by a fork's pull request is read-only",
    fix: "give the job permissions: { pull-requests: write }, in a workflow on workflow_run, as shown in docs/review.md",
  },
  {
    when: ({ status }) => status === 403,
    cause: "the conversation is locked, the repository is archived, or the organization blocks the token",
    fix: "check the pull request and the token's permissions",
  },
  {
    when: ({ status }) => status === 404,
    cause: "the repository or pull request does not exist, or the token has no access to it",
    fix: "give the job the permissions contents: read and pull-requests: write",
  },
  {
    when: ({ status }) => status >= 500,
    cause: "GitHub has a problem, see githubstatus.com",
    fix: "run the job again",
  },
];

const UNKNOWN: Omit<Refusal, "when"> = { cause: "not known", fix: "read GitHub's own reason" };

/** @param asked a description of the request: the list of pull requests */
export function refusalOf(asked: string, answer: Answer): KeyferryError {
  const { cause, fix } = REFUSALS.find(({ when }) => when(answer)) ?? UNKNOWN;
  const own = reasonIn(answer.text);
  return notPosted(`GitHub returned ${answer.status} for ${asked}: ${own}; likely cause: ${cause}`, fix);
}

export function notPosted(message: string, fix: string, cause?: unknown): KeyferryError {
  return new KeyferryError(`The comment was not posted: ${visible(message)}.`, {
    code: "CommentNotPosted",
    source: "user",
    fix,
    cause,
  });
}

const LONGEST_REASON = 300;

function reasonIn(text: string): string {
  let reason = text;
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    if (typeof message === "string") reason = message;
  } catch {
    // GitHub returns an HTML page when it is overloaded.
  }
  return reason.replace(/\s+/g, " ").trim().slice(0, LONGEST_REASON) || "no reason given";
}
