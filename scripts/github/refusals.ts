import { KeyferryError } from "../../core/errors";
import { visible } from "../../core/visible";

/** What GitHub answered, as far as it says why. */
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
    cause: "the token is not valid, or no longer",
    fix: "give the step the job's own token: env: { GITHUB_TOKEN: ${{ github.token }} }",
  },
  {
    when: ({ status, text }) => status === 403 && text.includes("Resource not accessible by"),
    cause:
      "the token may not comment on pull requests; that of a workflow which a fork's pull request starts may only read",
    fix: "give the job permissions: { pull-requests: write }, in a workflow on workflow_run, as docs/review.md has it",
  },
  {
    when: ({ status }) => status === 403,
    cause: "the conversation is locked, the repository is archived, or the organization keeps the token away",
    fix: "look at the pull request and at the token's permissions",
  },
  {
    when: ({ status }) => status === 404,
    cause: "there is no such repository or pull request, or the token does not see it",
    fix: "give the job the permissions contents: read and pull-requests: write",
  },
  {
    when: ({ status }) => status >= 500,
    cause: "GitHub does not work as it should, see githubstatus.com",
    fix: "run the job again",
  },
];

const UNKNOWN: Omit<Refusal, "when"> = { cause: "not known", fix: "read GitHub's own reason" };

/** @param asked of GitHub: the list of pull requests */
export function refusalOf(asked: string, answer: Answer): KeyferryError {
  const { cause, fix } = REFUSALS.find(({ when }) => when(answer)) ?? UNKNOWN;
  const own = reasonIn(answer.text);
  return notPosted(`GitHub answers ${answer.status} to ${asked}: ${own}; likely cause: ${cause}`, fix);
}

export function notPosted(message: string, fix: string, cause?: unknown): KeyferryError {
  return new KeyferryError(`The comment is not posted: ${visible(message)}.`, {
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
    // A page of HTML stands before GitHub when it is overloaded.
  }
  return reason.replace(/\s+/g, " ").trim().slice(0, LONGEST_REASON) || "no reason given";
}
