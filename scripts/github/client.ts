import { isRecord } from "@keyferry/common";
import { thrownText } from "../../core/thrown";
import { notPosted, refusalOf, type Answer } from "./refusals";
import type { Workflow } from "./workflow";

/** Timeout of a request to GitHub, in milliseconds. */
const PATIENCE = 30_000;

/** The REST status that corresponds to an error type of GraphQL. */
const STATUSES: Readonly<Record<string, number>> = { NOT_FOUND: 404, FORBIDDEN: 403, RATE_LIMITED: 429 };

/** GitHub's API with the job's token. The token is only in a header, never in anything that is printed or thrown. */
export class GitHubClient {
  constructor(private readonly workflow: Pick<Workflow, "api" | "graphql" | "token">) {}

  /** All pages of a list. @throws KeyferryError `CommentNotPosted` with GitHub's reason */
  async list(what: string, path: string): Promise<readonly unknown[]> {
    const items: unknown[] = [];
    let url: string | undefined = `${this.workflow.api}${path}`;
    while (url !== undefined) {
      const answer: Answer = await this.answer("GET", url, what);
      const page = parsed(what, answer);
      if (!Array.isArray(page)) throw unexpected(what);
      items.push(...(page as readonly unknown[]));
      url = this.nextOf(answer);
    }
    return items;
  }

  /**
   * Sends a GraphQL query or mutation.
   * @param what a description for people
   * @throws KeyferryError `CommentNotPosted` with GitHub's reason
   */
  async graphql(what: string, query: string, variables: object): Promise<unknown> {
    const answer = await this.answer("POST", this.workflow.graphql, what, { query, variables });
    const result = parsed(what, answer);
    if (!isRecord(result)) throw unexpected(what);
    // GraphQL reports errors with status 200.
    const [error] = Array.isArray(result["errors"]) ? (result["errors"] as readonly unknown[]) : [];
    if (error !== undefined) {
      const type = isRecord(error) ? String(error["type"]) : "";
      throw refusalOf(what, { ...answer, status: STATUSES[type] ?? 422, text: JSON.stringify(error) });
    }
    return result["data"];
  }

  private async answer(method: string, url: string, what: string, body?: object): Promise<Answer> {
    const answer = await this.reach(method, url, body).catch((error: unknown) => {
      const cause = (error as { readonly cause?: unknown } | undefined)?.cause;
      const why = thrownText(cause ?? error);
      throw notPosted(
        `${new URL(url).host} cannot be reached: ${why}`,
        "check the network, and run the job again",
        error,
      );
    });
    if (answer.status < 200 || answer.status >= 300) throw refusalOf(what, answer);
    return answer;
  }

  private async reach(method: string, url: string, body: object | undefined): Promise<Answer> {
    const response = await fetch(url, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.workflow.token}`,
        "user-agent": "keyferry",
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // A redirected POST would become a GET.
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** The next page, only at the same host: the token is sent nowhere else. */
  private nextOf({ headers }: Answer): string | undefined {
    const next = /<([^>]+)>;\s*rel="next"/.exec(headers.get("link") ?? "")?.[1];
    return next?.startsWith(`${this.workflow.api}/`) === true ? next : undefined;
  }
}

function parsed(asked: string, { text }: Answer): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw unexpected(asked);
  }
}

export function unexpected(asked: string): Error {
  return notPosted(`GitHub's response to ${asked} does not have the documented format`, "run the job again");
}
