import type { Place, Rule } from "./model";

/**
 * Id of a copy or share within its topology: `web/final/prod/eu-central-1`. Unique and stable; tags and
 * journals contain it.
 */
export type NodeId = `${string}/${Stage}/${string}/${string}`;

type Stage = "transit" | "restored" | "final" | "share";

/** Id of a copy job within its topology: `web -> prod eu-central-1`. */
export type JobId = `${string} -> ${string}`;

export function nodeIdOf({ name }: Pick<Rule, "name">, stage: Stage, { account, region }: Place): NodeId {
  return `${name}/${stage}/${account.name}/${region}`;
}

export function jobIdOf({ name }: Pick<Rule, "name">, { account, region }: Place): JobId {
  return `${name} -> ${account.name} ${region}`;
}

const NODE_ID = /^[^/]+\/(?:transit|restored|final|share)\/[^/]+\/[^/]+$/;

/** Parses the id in a tag or an older journal; undefined if the text is not an id. */
export function nodeIdIn(text: string | undefined): NodeId | undefined {
  return text !== undefined && isNodeId(text) ? text : undefined;
}

function isNodeId(text: string): text is NodeId {
  return NODE_ID.test(text);
}
