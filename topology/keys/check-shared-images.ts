import { isRecord } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import type { RawPart } from "../../kinds/declared-kind";
import { rawList, type RawRule } from "../raw-input";
import { SHARED_IMAGES_KEY } from "../shares";

const PATH = `keys.${SHARED_IMAGES_KEY}`;

/** A Region in which images are shared, and the destination that asks for it. */
interface SharedRegion {
  readonly region: string;
  readonly at: string;
}

/**
 * Whether the key under which images are shared can be as it is declared: there is one in each Region of a shared image, and images are
 * shared from the first run on. What is declared for other Regions alone would stand beside a key of another sort, and a replica of an
 * imported key is there only once that has its material. Source: KMS API reference, ReplicateKey.
 * @param keys the raw section `keys`
 */
export function checkSharedImagesKey(rules: readonly RawRule[], keys: unknown): readonly Problem[] {
  const key = isRecord(keys) ? keys[SHARED_IMAGES_KEY] : undefined;
  if (!isRecord(key)) return [];
  const shared = sharedRegions(rules, key["account"]);
  return [...checkReplicas(key, shared), ...checkMissing(key, shared)];
}

function sharedRegions(rules: readonly RawRule[], account: unknown): readonly SharedRegion[] {
  return rules.flatMap(({ rule, path }) => {
    const isOwn = isRecord(rule["from"]) && rule["from"]["account"] === account;
    return rawList(isOwn ? rule["to"] : []).flatMap((to, index) =>
      isRecord(to) && to["route"] === "share"
        ? rawList(to["regions"]).flatMap((region) =>
            typeof region === "string" ? [{ region, at: `${path}.to[${index}]` }] : [],
          )
        : [],
    );
  });
}

function checkReplicas(key: RawPart, [first]: readonly SharedRegion[]): readonly Problem[] {
  const isReplicated = key["multiRegion"] === true && rawList(key["regions"]).length > 1;
  if (first === undefined || key["imported"] !== true || !isReplicated) return [];
  return [
    {
      path: `${PATH}.multiRegion`,
      what: `an imported key has its replicas only once it has its key material, and images are shared under this one, as ${first.at} asks for`,
      fix: "leave multiRegion out: each Region then has a key of its own, into each of which you import material; if the key is deployed, write the next generation as well",
    },
  ];
}

function checkMissing(key: RawPart, shared: readonly SharedRegion[]): readonly Problem[] {
  const settings = ["multiRegion", "imported"].filter((setting) => key[setting] === true);
  if (settings.length === 0) return [];
  const regions = rawList(key["regions"]);
  const missing = shared.filter(
    ({ region }, index) =>
      !regions.includes(region) && shared.findIndex((other) => other.region === region) === index,
  );
  return missing.map(({ region, at }) => ({
    path: `${PATH}.regions`,
    what: `${at} shares images in ${region}, whose key would not be ${settings.join(" and ")} as this one is`,
    fix: `add ${region}`,
  }));
}
