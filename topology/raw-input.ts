import type { TopologyInput } from "./schema";

/** What the checks of meaning read: the user's input, of which anything may be missing or of another shape. */
export type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

type ImageInput = TopologyInput["images"][string];

export type RawImage = DeepPartial<ImageInput>;

export type RawImages = Readonly<Record<string, RawImage | undefined>>;

/** A destination in one Region, as far as it can be read. */
export interface RawDestination {
  /** `images.web.to[0].regions[1]` */
  readonly path: string;
  /** The user's name of the account. */
  readonly account: string;
  readonly region: string;
}

export function isRecord(value: unknown): value is Record<string, never> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param path of the image: `images.web` */
export function rawDestinations(image: RawImage | undefined, path: string): readonly RawDestination[] {
  if (!isRecord(image) || !Array.isArray(image["to"])) return [];
  return (image["to"] as readonly DeepPartial<ImageInput["to"][number]>[]).flatMap((rule, index) => {
    if (!isRecord(rule) || typeof rule["account"] !== "string" || !Array.isArray(rule["regions"])) return [];
    const account: string = rule["account"];
    return (rule["regions"] as readonly unknown[]).flatMap((region, r) =>
      typeof region === "string" ? [{ path: `${path}.to[${index}].regions[${r}]`, account, region }] : [],
    );
  });
}
