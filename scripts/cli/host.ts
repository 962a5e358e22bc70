import type { synthesiseProject } from "../../setup/synthesise";
import type { World } from "../api/world";
import type { Terminal } from "./live-screen";

/** The world outside, as far as the command line touches it; tests bring their own. */
export interface Host extends World {
  /** One text to standard output: results. */
  out(text: string): void;
  /** Characters in a line of standard output; absent where it is a file, a pipe or anything but a terminal. */
  readonly columns?: () => number;
  /** One text to standard error: progress and errors. */
  err(text: string): void;
  /** Where progress can be drawn; absent where standard error is a file, a pipe or a build's log. */
  readonly terminal?: Terminal;
  /** Asks the user on the terminal; undefined is Ctrl-C. Absent where there is no terminal to answer on. */
  readonly ask?: (question: string) => Promise<string | undefined>;
  /** Writes the project's stacks into a directory. @default - the project's own app does, as a process of its own */
  readonly synthesise?: typeof synthesiseProject;
  /** The exports of a TypeScript or JavaScript file, by its absolute path. */
  load(file: string): unknown;
  /** Calls back at the user's Ctrl-C; the returned function ends that. */
  onInterrupt(callback: () => void): () => void;
  /** Calls back every so many seconds; the returned function ends that. */
  every(seconds: number, callback: () => void): () => void;
}
