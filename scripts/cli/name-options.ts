import type { OnlyOptions } from "../api/options";

/** The option of commands that can be restricted to some copy jobs. */
export interface OnlyOption {
  /** Names of images, accounts (or 12-digit ids) and Regions; can be comma-separated. */
  readonly only?: readonly string[];
}

/** The option of commands that can end rollbacks. */
export interface PublishOption {
  /** Names of images whose rollback ends; can be comma-separated. */
  readonly publish?: readonly string[];
}

/** The options that hold names, in the form that the API takes. */
export function named({ only, publish }: OnlyOption & PublishOption): OnlyOptions & PublishOption {
  return {
    ...(only === undefined ? {} : { only: parted(only) }),
    ...(publish === undefined ? {} : { publish: parted(publish) }),
  };
}

/** Names can be separated by commas or by spaces. */
export function parted(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => word.split(",")).filter((name) => name !== "");
}
