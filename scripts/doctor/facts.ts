import type { CopyGraph, Rule } from "../../topology";
import type { CopyView } from "../engine/copy";
import { DEPLOY as FOUNDATION } from "../engine/explain";
import type { Intent } from "../engine/intent";

/** What is known of a rule once its source has been looked at. */
export interface RuleFacts {
  readonly rule: Rule;
  /** What a run that has not been finished has pinned, whether it is resumed or given up. */
  readonly pinned?: Intent;
  /** The same, where it is resumed. */
  readonly intent?: Intent;
  /** What the rule would carry if that run had not pinned another image; absent: the same. */
  readonly newer?: CopyView;
  readonly image?: CopyView;
  readonly graph?: CopyGraph;
  /** Node id -> ARN of the key under which its copy ends. */
  readonly keyArns: ReadonlyMap<string, string>;
}

/** How the foundation is brought up to date. */
export const DEPLOY = FOUNDATION;
