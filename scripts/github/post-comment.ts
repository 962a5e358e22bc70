import { isRecord } from "@keyferry/common";
import { GitHubClient, unexpected } from "./client";
import { notPosted } from "./refusals";
import type { Head, Workflow } from "./workflow";

/** The result of posting the comment. */
export type Posted =
  | { readonly state: "created" | "updated" | "unchanged" | "not-needed"; readonly pull: number }
  /** The pull request is closed, or has a newer commit, which gets its own review. */
  | { readonly state: "outdated" };

export interface Comment {
  /** Markdown that starts with the marker. */
  readonly body: string;
  readonly marker: string;
  /** Whether to post a new comment if there is none yet. */
  readonly isNeeded: boolean;
}

/**
 * Posts a comment on the pull request of a job, or updates the comment that was posted before. Comments of other authors are never
 * changed, even if they start with the marker, because their authors could edit them afterwards.
 * @throws KeyferryError `CommentNotPosted` with GitHub's reason
 */
export async function postComment(workflow: Workflow, { body, marker, isNeeded }: Comment): Promise<Posted> {
  const client = new GitHubClient(workflow);
  const pull = await pullRequest(client, workflow);
  if (pull === undefined) return { state: "outdated" };
  const { id, known } = await conversation(client, workflow, pull, marker);
  if (known === undefined) {
    if (!isNeeded) return { state: "not-needed", pull };
    await client.graphql("the new comment", ADD, { id, body });
    return { state: "created", pull };
  }
  if (known.body === body) return { state: "unchanged", pull };
  await client.graphql("the comment's update", UPDATE, { id: known.id, body });
  return { state: "updated", pull };
}

function pullRequest(
  client: GitHubClient,
  { about, repository }: Workflow,
): number | undefined | Promise<number | undefined> {
  return typeof about === "object" ? openAt(client, repository, about) : about;
}

/** The open pull request whose head is that commit: newer commits get their own review. */
async function openAt(
  client: GitHubClient,
  repository: string,
  { label, sha }: Head,
): Promise<number | undefined> {
  const path = `/repos/${repository}/pulls?state=open&per_page=100&head=${encodeURIComponent(label)}`;
  const numbers = (await client.list("the list of pull requests", path)).flatMap((pull) => {
    if (!isRecord(pull) || !isRecord(pull["head"]) || typeof pull["number"] !== "number")
      throw unexpected("the list of pull requests");
    return pull["head"]["sha"] === sha ? [pull["number"]] : [];
  });
  if (numbers.length > 1) {
    const all = numbers.map((number) => `#${number}`).join(", ");
    throw notPosted(
      `${all} have the same commit, so it is not known which of them was reviewed`,
      "close all of them but one, or post from a workflow on pull_request",
    );
  }
  return numbers[0];
}

const CONVERSATION = `query ($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      comments(first: 100, after: $after) {
        nodes { id body viewerDidAuthor }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}`;

const ADD = `mutation ($id: ID!, $body: String!) {
  addComment(input: { subjectId: $id, body: $body }) { clientMutationId }
}`;

const UPDATE = `mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { clientMutationId }
}`;

/** Uses GraphQL node ids, because comment numbers no longer fit into GraphQL's integers. */
interface Conversation {
  /** Id of the pull request. */
  readonly id: string;
  /** The newest comment of the token's owner that has the marker. */
  readonly known: { readonly id: string; readonly body: string } | undefined;
}

async function conversation(
  client: GitHubClient,
  { repository }: Workflow,
  number: number,
  marker: string,
): Promise<Conversation> {
  const [owner = "", name = ""] = repository.split("/");
  let known: Conversation["known"];
  let after: unknown = null;
  for (;;) {
    const page = pageIn(await client.graphql(WHAT, CONVERSATION, { owner, name, number, after }));
    for (const { id, body, viewerDidAuthor } of page.nodes) {
      if (
        viewerDidAuthor === true &&
        typeof id === "string" &&
        typeof body === "string" &&
        body.startsWith(marker)
      )
        known = { id, body };
    }
    if (page.info["hasNextPage"] !== true) return { id: page.id, known };
    after = page.info["endCursor"];
  }
}

const WHAT = "the list of the pull request's comments";

type Members = Readonly<Record<string, unknown>>;

function pageIn(data: unknown): {
  readonly id: string;
  readonly nodes: readonly Members[];
  readonly info: Members;
} {
  const at = (value: unknown, member: string) => (isRecord(value) ? value[member] : undefined);
  const pull = at(at(data, "repository"), "pullRequest");
  const id = at(pull, "id");
  const nodes = at(at(pull, "comments"), "nodes");
  const info = at(at(pull, "comments"), "pageInfo");
  if (typeof id !== "string" || !Array.isArray(nodes) || !isRecord(info)) throw unexpected(WHAT);
  return { id, nodes: (nodes as readonly unknown[]).filter(isRecord), info };
}
