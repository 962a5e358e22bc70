import { must } from "../core/must";
import { ami, type ImageOptions, type ImageSelector } from "./ami/declare";
import { dbSnapshot, type DatabaseSelector } from "./db-snapshot/declare";
import type { DeclaredKind } from "./declared-kind";
import { ebsSnapshot, type SnapshotSelector } from "./ebs-snapshot/declare";

export { CHOSEN_ROUTES, type ChosenRoute } from "./ami/declare";

/** The pure half of every kind, by the section of a topology in which its rules are declared. */
export const DECLARED = {
  /** AMIs to copy or share, by the names that commands and messages use. */
  images: ami,
  /** EBS snapshots to copy that belong to no image, by the names that commands and messages use. */
  snapshots: ebsSnapshot,
  /** Snapshots of databases to copy, by the names that commands and messages use. */
  databases: dbSnapshot,
} as const;

export type Section = keyof typeof DECLARED;
export type KindName = (typeof DECLARED)[Section]["name"];

/** How a rule of any kind selects its source. */
export type SourceSelector = ImageSelector | SnapshotSelector | DatabaseSelector;
/** Settings of a destination of any kind, in addition to the common ones. */
export type DestinationOptions = ImageOptions;

/** Every section with its kind, in the order in which rules are run. */
export const SECTIONS = Object.entries(DECLARED) as readonly (readonly [
  Section,
  DeclaredKind & { readonly name: KindName },
])[];

/** The pure half of every kind. */
export function declaredKinds(): readonly DeclaredKind[] {
  return Object.values(DECLARED);
}

const BY_NAME: ReadonlyMap<string, DeclaredKind> = new Map(SECTIONS.map(([, kind]) => [kind.name, kind]));

/** The pure half of the kind of a rule. */
export function declaredKind({ kind }: { readonly kind: KindName }): DeclaredKind {
  return must(BY_NAME.get(kind), `the kind ${kind}`);
}

/** Where a rule is declared: `images.web`. */
export function rulePath({ kind, name }: { readonly kind: KindName; readonly name: string }): string {
  return `${must(SECTIONS.find(([, declared]) => declared.name === kind)?.[0], `the kind ${kind}`)}.${name}`;
}
