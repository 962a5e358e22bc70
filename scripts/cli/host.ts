import type { AwsAccess, DeployerAccess } from "../aws";
import type { Clock } from "../engine/clock";
import type { Topology } from "../../topology";
import type { Terminal } from "./live-screen";

/** The world outside, as far as the commands touch it; tests bring their own. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
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
  /** The exports of a TypeScript or JavaScript file, by its absolute path. */
  load(file: string): unknown;
  readonly clock: Clock;
  /** @param sessionName names the run in every account's trail */
  connect(topology: Topology, sessionName: string): AwsAccess;
  /** ARN of whoever the operator's credentials belong to. @throws where nobody can tell */
  caller(topology: Topology): Promise<string>;
  /** The same as Terraform enters the accounts. */
  connectAsDeployer(topology: Topology, sessionName: string): DeployerAccess;
  /** Name of this machine; no two machines have the same. */
  readonly hostName: string;
  readonly pid: number;
  isAlive(pid: number): boolean;
  /** Calls back at the user's Ctrl-C; the returned function ends that. */
  onInterrupt(callback: () => void): () => void;
  /** Calls back every so many seconds; the returned function ends that. */
  every(seconds: number, callback: () => void): () => void;
}
