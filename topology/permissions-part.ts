import type { PermissionRow } from "../policy/row";

/** One document that the permission table makes, and the scopes in which its rows are shown. */
export interface Part<Scope> {
  readonly title: string;
  readonly about: string;
  readonly rows: readonly PermissionRow<Scope>[];
  /** By what it is called; the first one to which a row applies shows it. */
  readonly scopes: Readonly<Record<string, Scope>>;
}
