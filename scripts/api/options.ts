import type { ApiEvent } from "./events";

/** Where a project lies. */
export interface ProjectOptions {
  /**
   * Directory of the project, relative to the working directory: `.keyferry/` with the journal of runs is below it.
   * @default - the working directory
   */
  readonly directory?: string;
  /**
   * Path of the file that declares the topology, relative to `directory`. It is not loaded; `keyferry.lock.json` lies beside
   * it.
   * @default - no file: `keyferry.lock.json` lies in `directory`
   */
  readonly configuration?: string;
}

/** What every function of the API takes. */
export interface CommonOptions extends ProjectOptions {
  /**
   * Told everything that happens, as it happens. What it throws ends nothing: it is not called again, and the error is thrown
   * when the work has ended.
   * @default - nobody is told
   */
  readonly onEvent?: (event: ApiEvent) => void;
  /**
   * Ends the work. What only reads sends nothing more and rejects with a KeyferryError `Interrupted`; what changes something
   * comes to a state from which the same call goes on.
   * @default - it goes on to its end
   */
  readonly signal?: AbortSignal;
}

/** What functions take that can be restricted to some copy jobs. */
export interface OnlyOptions {
  /**
   * Names of images, accounts (or ids of 12 digits) and Regions. Several of one kind are alternatives, different kinds must
   * all match.
   * @default - all copy jobs
   */
  readonly only?: readonly string[];
}

/** What functions take that choose the images that are carried. */
export interface SourceOptions {
  /** Drop the source images that an unfinished run has pinned, and use the newest. @default false */
  readonly repin?: boolean;
  /** Names of images whose rollback ends: their newest copies are published again. @default - none */
  readonly publish?: readonly string[];
}
