import type { CopyGraph, Rule } from "../../topology";
import type { CopyView } from "../engine/copy";
import { DEPLOY as FOUNDATION } from "../engine/explain";
import type { Intent } from "../engine/intent";

/** What is known about a rule after its source was read. */
export interface RuleFacts {
  readonly rule: Rule;
  /** What an unfinished run has pinned, whether that run is resumed or discarded. */
  readonly pinned?: Intent;
  /** The same, if the run is resumed. */
  readonly intent?: Intent;
  /** What the rule would copy if that run had not pinned another image; absent if it is the same. */
  readonly newer?: CopyView;
  readonly image?: CopyView;
  readonly graph?: CopyGraph;
  /** Node id -> ARN of the key that encrypts its copy. */
  readonly keyArns: ReadonlyMap<string, string>;
}

/** The command that updates the foundation. */
export const DEPLOY = FOUNDATION;
