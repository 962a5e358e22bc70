/**
 * Deterministic names. Terraform's stacks and the commands derive them only from the topology, so the commands find a key
 * without reading Terraform's state.
 */

/** The key of a destination: it encrypts every final copy in that account and Region. */
export function homeKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/home`;
}

/** The key of a source account that encrypts transit copies; the only key that other accounts may use. */
export function transitKeyAlias(topology: string): string {
  return `alias/keyferry/${topology}/transit`;
}

/** The alias of a key of the section `keys`; it points to the key of the declared generation. */
export function namedKeyAlias(topology: string, name: string): string {
  return `alias/keyferry/${topology}/${name}`;
}

/** The permanent alias of one generation of a key of the section `keys`. */
export function generationAlias(topology: string, name: string, generation: number): string {
  return `${namedKeyAlias(topology, name)}/${generation}`;
}

export function runnerRoleName(topology: string): string {
  return `keyferry-${topology}-runner`;
}

/** Default name of the role that Terraform assumes in each account; the user creates it. */
export const DEFAULT_DEPLOY_ROLE = "keyferry-deploy";

/** Parameter Store path under which the commands keep leases and intents. */
export function bookkeepingPath(topology: string): string {
  return `/keyferry/${topology}`;
}

/**
 * The bucket of an account and Region for stored images. At most 62 characters: a topology's name has at most 24,
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
 * account that can no longer be reached does not block the others.
 */
export function droppedStackName(layer: StackLayer, account: string): string {
  return stackName(layer, account).replace(/^foundation-/, "dropped-");
}

/** Name of the launch template and Auto Scaling group of an image in a destination. */
export function launchName(topology: string, image: string): string {
  return `keyferry-${topology}-${image}`;
}

/** The tags that the commands set on everything they create; each kind also has its own tags for its sources. */
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
   * Prefix of the key of a tag that lists the accounts with which Keyferry itself has shared, written before the share; the
   * topology and its rule follow: `keyferry:shared-with:acme/web`.
   */
  sharedWith: "keyferry:shared-with",
} as const;
