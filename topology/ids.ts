import type { Place, Rule } from "./model";

/**
 * Which copy or share something is about, within its topology: `web/final/prod/eu-central-1`. Unique and stable; tags and
 * journals carry it.
 */
export type NodeId = `${string}/${Stage}/${string}/${string}`;

type Stage = "transit" | "restored" | "final" | "share";

/** Which copy job something is about, within its topology: `web -> prod eu-central-1`. */
export type JobId = `${string} -> ${string}`;

export function nodeIdOf({ name }: Pick<Rule, "name">, stage: Stage, { account, region }: Place): NodeId {
  return `${name}/${stage}/${account.name}/${region}`;
}

export function jobIdOf({ name }: Pick<Rule, "name">, { account, region }: Place): JobId {
  return `${name} -> ${account.name} ${region}`;
}

const NODE_ID = /^[^/]+\/(?:transit|restored|final|share)\/[^/]+\/[^/]+$/;

/** The id that a tag or an older journal holds; undefined where the text is none. */
export function nodeIdIn(text: string | undefined): NodeId | undefined {
  return text !== undefined && isNodeId(text) ? text : undefined;
}

function isNodeId(text: string): text is NodeId {
  return NODE_ID.test(text);
}
