import type { Conditions, KeyReference, PrincipalElement, Statement } from "./document";

/**
 * Why AWS cares: `enforced`, AWS refuses without it; `documented`, AWS's documents ask for it, though no refusal has
 * been seen, and AWS may begin to check it.
 */
export type Basis = "enforced" | "documented";

/** One row of the permission table: becomes one statement wherever it applies. */
export interface PermissionRow<Scope> {
  /** Letters and digits; the statement's Sid, so that a statement leads back to its row. */
  readonly id: string;
  /** `Deny` wins over every Allow, of identity policies as well. @default "Allow" */
  readonly effect?: "Deny";
  readonly actions: readonly string[];
  readonly basis: Basis;
  readonly why: string;
  /** The AWS document it relies on. */
  readonly source: string;
  /** Who, on what, under which conditions; undefined where the row does not apply. */
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
