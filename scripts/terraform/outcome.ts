import type { Change, ChangeAction, Diagnostic } from "./machine-output";

/** What Terraform would do to a stack. */
export interface Plan {
  readonly changes: readonly Change[];
  /** Stacks that this one reads and that are not deployed yet: values from them are known after their deployment. */
  readonly awaits: readonly string[];
}

/** The outcome of the work on one stack. */
export type Outcome =
  | { readonly state: "unchanged" }
  /** Only of `diff`: there are changes. */
  | { readonly state: "planned"; readonly plan: Plan }
  | { readonly state: "applied"; readonly plan: Plan; readonly seconds: number }
  | Failure
  | { readonly state: "interrupted"; readonly plan?: Plan; readonly done: readonly string[] }
  /** The user did not approve the plan. */
  | { readonly state: "declined"; readonly plan: Plan }
  /** It depends on stacks that were not deployed successfully; the list is empty if the command was interrupted before. */
  | { readonly state: "not-started"; readonly because: readonly string[] };

export interface Failure {
  readonly state: "failed";
  readonly step: "init" | "plan" | "apply";
  /** Terraform's exit code. */
  readonly exitCode: number;
  /** Only errors. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent if there is no plan yet. */
  readonly plan?: Plan;
  /** Addresses of resources that were applied before. */
  readonly done: readonly string[];
}

/** The changes of a plan, counted like Terraform: a replacement counts as added and destroyed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly destroy: number;
  /** Left in the cloud, and no longer managed. */
  readonly forget: number;
  /** Imported from the cloud. */
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
