import { selectJobs, type Selection, type Topology } from "../../topology";

/** The option of commands that can be restricted to some copy jobs. */
export interface OnlyOption {
  /** Names of images, accounts (or ids of 12 digits) and Regions; parted by commas as well. */
  readonly only?: readonly string[];
}

/**
 * What is restricted, in the shape of a look.
 * @throws ConfigurationError for words that name no copy job, all at once
 */
export function onlyOf(topology: Topology, { only }: OnlyOption): { readonly only?: Selection } {
  return only === undefined ? {} : { only: selectJobs(topology, parted(only)) };
}

/** Names may be parted by commas as well as by spaces. */
export function parted(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(",")).filter((name) => name !== "");
}
