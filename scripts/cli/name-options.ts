import type { OnlyOptions } from "../api/options";

/** The option of commands that can be restricted to some copy jobs. */
export interface OnlyOption {
  /** Names of images, accounts (or ids of 12 digits) and Regions; comma-separated as well. */
  readonly only?: readonly string[];
}

/** The option of commands that can end rollbacks. */
export interface PublishOption {
  /** Names of images whose rollback ends; comma-separated as well. */
  readonly publish?: readonly string[];
}

/** The options that hold names, as the API takes them. */
export function named({ only, publish }: OnlyOption & PublishOption): OnlyOptions & PublishOption {
  return {
    ...(only === undefined ? {} : { only: parted(only) }),
    ...(publish === undefined ? {} : { publish: parted(publish) }),
  };
}

/** Names may be comma-separated as well as separated by spaces. */
export function parted(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(",")).filter((name) => name !== "");
}
