import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface StandInComment {
  readonly id: string;
  readonly author: string;
  body: string;
}

export interface StandInPull {
  readonly number: number;
  /** `owner:branch`. */
  readonly label: string;
  sha: string;
  readonly comments: StandInComment[];
}

/** The permissions of a token. @default - everything that a comment needs */
export interface StandInToken {
  readonly login: string;
  readonly readsOnly?: boolean;
}

interface Refused {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LONGEST = 65_536;
/** Source: GitHub, "Using pagination in the REST API"; GraphQL, "Node limits". */
const LARGEST_PAGE = 100;

/**
 * The part of GitHub's API that a comment on a pull request needs: one repository, tokens, pages, and GitHub's errors for each of
 * them.
 */
export class GitHubStandIn {
  readonly pulls: StandInPull[] = [];
  readonly tokens = new Map<string, StandInToken>();
  /** `METHOD path` of each request. */
  readonly asked: string[] = [];
  /** The response to every request while it is set. */
  refuses: Refused | undefined;
  private readonly server = createServer((request, response) => void this.serve(request, response));
  private made = 0;

  constructor(readonly repository: string) {}

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  addPull(number: number, label: string, sha: string): StandInPull {
    const pull = { number, label, sha, comments: [] };
    this.pulls.push(pull);
    return pull;
  }

  addComment(pull: StandInPull, author: string, body: string): StandInComment {
    // Current ids do not fit into 32 bits.
    const comment = { id: `IC_${5_000_000_000 + ++this.made}`, author, body };
    pull.comments.push(comment);
    return comment;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.asked.push(`${request.method} ${request.url}`);
    const { status, body, headers = {} } = this.answer(request, Buffer.concat(chunks).toString());
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body);
  }

  private answer(request: IncomingMessage, body: string): Refused {
    if (this.refuses !== undefined) return this.refuses;
    if (request.headers["user-agent"] === undefined)
      return refused(403, "Request forbidden by administrative rules.");
    const token = this.tokens.get((request.headers.authorization ?? "").replace(/^Bearer /, ""));
    if (token === undefined) return refused(401, "Bad credentials");
    const url = new URL(request.url ?? "/", this.url);
    if (request.method === "POST" && url.pathname === "/graphql") return this.graphql(token, body);
    if (request.method === "GET" && url.pathname === `/repos/${this.repository}/pulls`)
      return this.listPulls(url);
    return refused(404, "Not Found");
  }

  private listPulls(url: URL): Refused {
    const label = url.searchParams.get("head");
    const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), LARGEST_PAGE);
    const page = Number(url.searchParams.get("page") ?? 1);
    const found = this.pulls.filter((pull) => label === null || pull.label === label);
    const shown = found.slice((page - 1) * size, page * size);
    const next = new URL(url);
    next.searchParams.set("page", String(page + 1));
    return {
      status: 200,
      body: JSON.stringify(shown.map(({ number, sha }) => ({ number, head: { sha } }))),
      headers: found.length > page * size ? { link: `<${next.href}>; rel="next"` } : {},
    };
  }

  private graphql({ login, readsOnly = false }: StandInToken, text: string): Refused {
    const { query, variables } = JSON.parse(text) as {
      readonly query: string;
      readonly variables: Readonly<Record<string, unknown>>;
    };
    const body = String(variables["body"] ?? "");
    const mutation = /^\s*mutation[^{]*\{\s*(\w+)/.exec(query)?.[1];
    if (mutation !== undefined && readsOnly)
      return graphError("FORBIDDEN", "Resource not accessible by integration");
    if (body.length > LONGEST)
      return graphError("UNPROCESSABLE", "Body is too long (maximum is 65536 characters)");
    if (mutation === "addComment") {
      const pull = this.pulls.find(({ number }) => `PR_${number}` === variables["id"]);
      if (pull === undefined) return graphError("NOT_FOUND", "Could not resolve to a node");
      this.addComment(pull, login, body);
      return data({ addComment: {} });
    }
    if (mutation === "updateIssueComment") {
      const comment = this.pulls.flatMap(({ comments }) => comments).find(({ id }) => id === variables["id"]);
      if (comment === undefined) return graphError("NOT_FOUND", "Could not resolve to a node");
      comment.body = body;
      return data({ updateIssueComment: {} });
    }
    return this.conversation(login, variables);
  }

  private conversation(login: string, variables: Readonly<Record<string, unknown>>): Refused {
    const pull = this.pulls.find(({ number }) => number === variables["number"]);
    if (
      pull === undefined ||
      this.repository !== `${String(variables["owner"])}/${String(variables["name"])}`
    )
      return graphError("NOT_FOUND", "Could not resolve to a PullRequest");
    const start = Number(variables["after"] ?? 0);
    const end = start + LARGEST_PAGE;
    const nodes = pull.comments
      .slice(start, end)
      .map(({ id, body, author }) => ({ id, body, viewerDidAuthor: author === login }));
    const pageInfo = { hasNextPage: pull.comments.length > end, endCursor: String(end) };
    return data({ repository: { pullRequest: { id: `PR_${pull.number}`, comments: { nodes, pageInfo } } } });
  }
}

function refused(status: number, message: string): Refused {
  return { status, body: JSON.stringify({ message, documentation_url: "https://docs.github.com/rest" }) };
}

function graphError(type: string, message: string): Refused {
  return { status: 200, body: JSON.stringify({ data: null, errors: [{ type, message }] }) };
}

function data(value: object): Refused {
  return { status: 200, body: JSON.stringify({ data: value }) };
}
