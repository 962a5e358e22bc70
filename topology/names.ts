/**
 * Deterministic names. Both halves of the product derive them from the topology alone, so the script finds a key
 * without reading Terraform's state.
 */

/** The key of a destination: every copy in that account and Region ends under it. */
export function homeKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/home`;
}

/** The key of a source account under which transit copies travel; the only key that other accounts may use. */
export function transitKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/transit`;
}

/** A key of the section `keys`: it points to the key of the declared generation. */
export function namedKeyAlias(topology: string, name: string): string {
  return `alias/keyferry/${topology}/${name}`;
}

/** One generation of a key of the section `keys`, for good. */
export function generationAlias(topology: string, name: string, generation: number): string {
  return `${namedKeyAlias(topology, name)}/${generation}`;
}

export function runnerRoleName(topology: string): string {
  return `keyferry-${topology}-runner`;
}

/** Default name of the role that Terraform assumes in each account; the user creates it. */
export const DEFAULT_DEPLOY_ROLE = "keyferry-deploy";

/** Parameter Store path under which the script keeps leases and intents. */
export function bookkeepingPath(topology: string): string {
  return `/keyferry/${topology}`;
}

/**
 * The bucket of an account and Region through which images travel. At most 62 characters: a topology's name has at most 24,
 * and a Region's at most 15.
 * @param account 12-digit id
 */
export function imageBucketName(topology: string, account: string, region: string): string {
  return `keyferry-${topology}-${account}-${region}`;
}

/** Stack names: layer and account. */
export const STACK_LAYERS = [
  "foundation-keys",
  "foundation-access",
  "foundation-grants",
  "foundation-buckets",
  "foundation-replication",
  "consumers",
] as const;
export type StackLayer = (typeof STACK_LAYERS)[number];

export function stackName(layer: StackLayer, account: string): string {
  return `${layer}-${account}`;
}

/**
 * Name of a stack of an account that left the topology. No pattern for the stacks of the topology matches it, so that an
 * account that cannot be reached any more does not block the others.
 */
export function droppedStackName(layer: StackLayer, account: string): string {
  return stackName(layer, account).replace(/^foundation-/, "dropped-");
}

/** Name of the launch template and Auto Scaling group of an image in a destination. */
export function launchName(topology: string, image: string): string {
  return `keyferry-${topology}-${image}`;
}

/** The tags that the script sets on everything it creates; each kind names its sources by tags of its own. */
export const LINEAGE_TAGS = {
  /** Name of the topology. */
  topology: "keyferry:topology",
  /** Id of the node in the plan's graph. */
  node: "keyferry:node",
  /** `transit`, `final`, or `shared`: a final copy that other accounts launch from. */
  role: "keyferry:role",
  /** Number of the attempt, from 1. */
  attempt: "keyferry:attempt",
  /**
   * Begins the key of a tag that lists the accounts that the script itself has shared with, written before the share; the
   * topology and its rule follow: `keyferry:shared-with:acme/web`.
   */
  sharedWith: "keyferry:shared-with",
} as const;
