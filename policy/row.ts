import type { Conditions, KeyReference, PrincipalElement, Statement } from "./document";

/**
 * Why a permission is needed: `enforced`, AWS refuses the operation without it; `documented`, AWS documents it as required,
 * but no refusal has been seen without it, and AWS may begin to check it.
 */
export type Basis = "enforced" | "documented";

/** One row of the permission table; it becomes one statement where it applies. */
export interface PermissionRow<Scope> {
  /** Letters and digits; the statement's Sid, so that a statement can be traced to its row. */
  readonly id: string;
  /** `Deny` overrides every Allow, also in identity policies. @default "Allow" */
  readonly effect?: "Deny";
  readonly actions: readonly string[];
  readonly basis: Basis;
  readonly why: string;
  /** The AWS document that it is based on. */
  readonly source: string;
  /** Who, on what, under which conditions; undefined if the row does not apply. */
  readonly grant: (scope: Scope) => RowGrant | undefined;
}

export interface RowGrant {
  readonly principal?: PrincipalElement;
  readonly resources?: readonly (string | KeyReference)[];
  readonly conditions?: Conditions;
}

/** The statements of all rows that apply, in the table's order. */
export function statementsOf<Scope>(
  rows: readonly PermissionRow<Scope>[],
  scope: Scope,
): readonly Statement[] {
  return rows.flatMap((row): Statement[] => {
    const grant = row.grant(scope);
    return grant === undefined
      ? []
      : [{ sid: row.id, effect: row.effect ?? "Allow", actions: row.actions, ...grant }];
  });
}
