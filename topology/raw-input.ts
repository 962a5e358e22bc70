import { pathText } from "../core/path-text";
import { isRecord } from "@keyferry/common";
import { SECTIONS, type Section } from "../kinds/declared";
import type { DeclaredKind, RawPart } from "../kinds/declared-kind";

/** A rule as the user wrote it; any part may be missing or have another shape. */
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

/** The rules of a raw topology that have the shape of a rule. */
export function rawRules(topology: RawPart): readonly RawRule[] {
  return SECTIONS.flatMap(([section, kind]) => {
    const rules = topology[section];
    if (!isRecord(rules)) return [];
    return Object.entries(rules).flatMap(([name, rule]) =>
      isRecord(rule) ? [{ section, kind, name, path: pathText([section, name]), rule }] : [],
    );
  });
}

/** The items of a list in the input; empty if it is not a list. */
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

/** The Regions of the section `keys`, as far as they can be read. */
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
