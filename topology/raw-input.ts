import { pathText } from "../core/path-text";
import { isRecord } from "@keyferry/common";
import { SECTIONS, type Section } from "../kinds/declared";
import type { DeclaredKind, RawPart } from "../kinds/declared-kind";

/** A rule as the user wrote it, of which anything may be missing or of another shape. */
export interface RawRule {
  readonly section: Section;
  readonly kind: DeclaredKind;
  readonly name: string;
  /** `images.web` */
  readonly path: string;
  readonly rule: RawPart;
}

/** A destination in one Region, as far as it can be read. */
export interface RawDestination {
  /** `images.web.to[0].regions[1]` */
  readonly path: string;
  /** The user's name of the account. */
  readonly account: string;
  readonly region: string;
}

/** The rules of a raw topology, as far as they have the shape of one. */
export function rawRules(topology: RawPart): readonly RawRule[] {
  return SECTIONS.flatMap(([section, kind]) => {
    const rules = topology[section];
    if (!isRecord(rules)) return [];
    return Object.entries(rules).flatMap(([name, rule]) =>
      isRecord(rule) ? [{ section, kind, name, path: pathText([section, name]), rule }] : [],
    );
  });
}

/** What stands in a list of the user's, or nothing where there is none. */
export function rawList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function rawDestinations({ path, rule }: RawRule): readonly RawDestination[] {
  return rawList(rule["to"]).flatMap((to, index) => {
    if (!isRecord(to)) return [];
    const { account } = to;
    if (typeof account !== "string") return [];
    return rawList(to["regions"]).flatMap((region, r) =>
      typeof region === "string" ? [{ path: `${path}.to[${index}].regions[${r}]`, account, region }] : [],
    );
  });
}

/** Where the keys of the section `keys` are to be, as far as it can be read. */
export function rawKeyRegions(keys: unknown): readonly { readonly path: string; readonly region: unknown }[] {
  if (!isRecord(keys)) return [];
  return Object.entries(keys).flatMap(([name, key]) =>
    isRecord(key)
      ? rawList(key["regions"]).map((region, index) => ({
          path: `${pathText(["keys", name])}.regions[${index}]`,
          region,
        }))
      : [],
  );
}
