import type { synthesiseProject } from "../../setup/synthesise";
import type { World } from "../api/world";
import type { Terminal } from "./live-screen";

/** The parts of the environment that the command line uses; tests provide their own. */
export interface Host extends World {
  /** Prints one text to standard output: results. */
  out(text: string): void;
  /** Characters in a line of standard output; absent where it is a file, a pipe or anything but a terminal. */
  readonly columns?: () => number;
  /** Prints one text to standard error: progress and errors. */
  err(text: string): void;
  /** Where progress can be drawn; absent if standard error is a file, a pipe or a build's log. */
  readonly terminal?: Terminal;
  /** Asks the user on the terminal; undefined means Ctrl-C. Absent if there is no terminal to answer on. */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** Writes the project's stacks into a directory. @default - the project's own app does, in a separate process */
  readonly synthesise?: typeof synthesiseProject;
  /** Loads the exports of a TypeScript or JavaScript file, given its absolute path. */
  load(file: string): unknown;
  /** Calls back when the user presses Ctrl-C; the returned function stops that. */
  onInterrupt(callback: () => void): () => void;
  /** Calls back every `seconds`; the returned function stops that. */
  every(seconds: number, callback: () => void): () => void;
}
