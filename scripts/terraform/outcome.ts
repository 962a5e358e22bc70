import type { Change, ChangeAction, Diagnostic } from "./machine-output";

/** What Terraform would do to a stack. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Stacks that this one reads and that are not deployed yet: what comes from them is known afterwards. */
  readonly awaits: readonly string[];
}

/** How it went with one stack. */
export type Outcome =
  | { readonly state: "unchanged" }
  /** Of a comparison: there is something to change. */
  | { readonly state: "planned"; readonly plan: Plan }
  | { readonly state: "applied"; readonly plan: Plan; readonly seconds: number }
  | Failure
  | { readonly state: "interrupted"; readonly plan?: Plan; readonly done: readonly string[] }
  /** The user did not approve of the plan. */
  | { readonly state: "declined"; readonly plan: Plan }
  /** It needs stacks that are not as they should be; of none when the command was interrupted before. */
  | { readonly state: "not-started"; readonly because: readonly string[] };

export interface Failure {
  readonly state: "failed";
  readonly step: "init" | "plan" | "apply";
  /** Terraform's. */
  readonly exitCode: number;
  /** Errors alone. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where there is none yet. */
  readonly plan?: Plan;
  /** Addresses of what was applied before. */
  readonly done: readonly string[];
}

/** What a plan does, as Terraform counts: a replacement is added and destroyed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  /** Left in the cloud, and no longer managed. */
  readonly forget: number;
  /** Taken over from the cloud. */
  readonly import: number;
}

export function countsOf(changes: readonly Change[]): Counts {
  const count = (...actions: readonly ChangeAction[]) =>
    changes.filter(({ action }) => actions.includes(action)).length;
  return {
    add: count("create", "replace"),
    change: count("update"),
    destroy: count("delete", "replace"),
    forget: count("forget"),
    import: count("import"),
  };
}
