import type { ApiEvent } from "./events";

/** Where a project is. */
export interface ProjectOptions {
  /**
   * Directory of the project, relative to the working directory. It contains `.keyferry/` with the journal of runs.
   * @default - the working directory
   */
  readonly directory?: string;
  /**
   * Path of the file that declares the topology, relative to `directory`. It is not loaded; `keyferry.lock.json` is next to it.
   * @default - no file: `keyferry.lock.json` is in `directory`
   */
  readonly configuration?: string;
}

/** Options of every function of the API. */
export interface CommonOptions extends ProjectOptions {
  /**
   * Called with each event. If it throws, the work continues: it is not called again, and the error is thrown after the work has
   * ended.
   * @default - no events
   */
  readonly onEvent?: (event: ApiEvent) => void;
  /**
   * Ends the work. Functions that only read send no more requests and reject with a KeyferryError `Interrupted`; functions that
   * change something stop in a state from which the same call continues.
   * @default - the work is never aborted
   */
  readonly signal?: AbortSignal;
}

/** Options of functions that can be restricted to some copy jobs. */
export interface OnlyOptions {
  /**
   * Names of images, accounts (or 12-digit ids) and Regions. Several of one kind are alternatives; different kinds must all match.
   * @default - all copy jobs
   */
  readonly only?: readonly string[];
}

/** Options of functions that choose the images to copy. */
export interface SourceOptions {
  /** Discard the source images that an unfinished run has pinned, and use the newest. @default false */
  readonly repin?: boolean;
  /** Names of images whose rollback ends: their newest copies are published again. @default - none */
  readonly publish?: readonly string[];
}
