import { isRecord } from "@keyferry/common";
import type { Problem } from "../../core/errors";
import type { RawPart } from "../../kinds/declared-kind";
import { rawList, type RawRule } from "../raw-input";
import { SHARED_IMAGES_KEY } from "../shares";

const PATH = `keys.${SHARED_IMAGES_KEY}`;

/** A Region in which images are shared, and the destination that requires it. */
interface SharedRegion {
  readonly region: string;
  readonly at: string;
}

/**
 * Checks the declaration of the key under which images are shared. The key must exist in each Region of a shared image before the first
 * run. A Region that the declaration does not list would get a key with other settings, and a replica of an imported key exists only after
 * its material has been imported. Source: KMS API reference, ReplicateKey.
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
      what: `an imported key has no replicas until its key material is imported, and images are shared under this key (${first.at})`,
      fix: "leave multiRegion out: each Region then has its own key, and you import material into each; if the key is already deployed, also set the next generation",
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
    what: `${at} shares images in ${region}, but the key there would not be ${settings.join(" and ")} like this one`,
    fix: `add ${region}`,
  }));
}
