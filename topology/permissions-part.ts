import type { PermissionRow } from "../policy/row";

/** One document that is made from the permission table, and the scopes in which its rows are shown. */
export interface Part<Scope> {
  readonly title: string;
  readonly about: string;
  readonly rows: readonly PermissionRow<Scope>[];
  /** Scopes by their names; a row is shown with the first scope to which it applies. */
  readonly scopes: Readonly<Record<string, Scope>>;
}
