import type { KeyMaterialEntry } from "../aws";
import type { KeyDetails } from "../engine/results";
import { underText } from "./keys-text";
import { table } from "./table";
import { hanging } from "./wrap";

/**
 * One key with everything that is known of it.
 * @param columns characters in a line. @default - as many as it takes
 */
export function keyDetailsText(key: KeyDetails, columns?: number): string {
  const { found, rotation, unseen } = key;
  const lines: readonly (readonly [string, string | undefined])[] = [
    ["state", `${key.state}, ${found?.state ?? "not there"} in KMS`],
    ["key", found?.arn],
    ["alias", key.alias],
    ["generation", generationText(key)],
    ["multi-Region", multiRegionText(key)],
    ["key material", key.imported === true ? "imported: KMS does not make or rotate it" : "made by KMS"],
    ["rotation", rotationText(key)],
    ["shared with", sharedText(key)],
    ["launch grants", key.launchGrants.map(grantText).join(", ") || undefined],
    ["deletion", found?.deletionDate],
    ["under it", underText(key)],
  ];
  const grants = key.under.find(({ kind }) => kind === "grants")?.users ?? [];
  const materials = rotation?.materials ?? [];
  return [
    key.name,
    ...lines.flatMap(([label, text]) =>
      text === undefined ? [] : [hanging(`  ${label.padEnd(14)}${text}`, columns)],
    ),
    ...grants.map((grant) => hanging(`  ${grant}`, columns)),
    ...(materials.length === 0 ? [] : ["", table([HEAD, ...materials.map(materialRow)], columns)]),
    ...unseen.map((reason) => hanging(`could not be read: ${reason}`, columns)),
  ].join("\n");
}

const HEAD = ["KEY MATERIAL", "STATE", "ROTATED", "HOW", "EXPIRES"];

function materialRow({ id, state, rotatedAt, type, imported, validTo }: KeyMaterialEntry): readonly string[] {
  const isAway = imported === false ? ", not in KMS: import it again" : "";
  return [
    id ?? "-",
    `${state ?? "-"}${isAway}`,
    rotatedAt ?? "-",
    type === undefined ? "-" : type === "ON_DEMAND" ? "on demand" : "by KMS",
    validTo ?? (imported === true ? "never" : "-"),
  ];
}

function generationText({ generation, isCurrent }: KeyDetails): string | undefined {
  if (generation === undefined) return undefined;
  return `${generation}${isCurrent === true ? ", to which the alias points" : ", a former one"}`;
}

function multiRegionText({ primaryRegion, region }: KeyDetails): string | undefined {
  if (primaryRegion === undefined) return undefined;
  return primaryRegion === region ? "the primary key" : `a replica of the primary key in ${primaryRegion}`;
}

function rotationText({ rotation, imported }: KeyDetails): string | undefined {
  if (rotation === undefined) return undefined;
  const { enabled, periodInDays, next, onDemandStarted } = rotation;
  const pending = onDemandStarted === undefined ? "" : `; on demand, begun ${onDemandStarted}`;
  if (!enabled) return `${imported === true ? "on demand only" : "off"}${pending}`;
  const days = periodInDays === undefined ? "by KMS" : `every ${periodInDays} days`;
  return `${days}${next === undefined ? "" : `, next ${next}`}${pending}`;
}

function sharedText({ sharedWith }: KeyDetails): string | undefined {
  if (sharedWith === undefined) return undefined;
  const { accounts, roles, organization, organizationalUnits, viaServices } = sharedWith;
  const all = [
    ...accounts,
    ...roles,
    ...(organization === undefined ? [] : [organization]),
    ...organizationalUnits,
  ];
  return `${all.join(", ")}; through ${viaServices.join(", ")}`;
}

function grantText({ account, awsServiceName, customSuffix }: KeyDetails["launchGrants"][number]): string {
  return `${awsServiceName}${customSuffix === undefined ? "" : ` (${customSuffix})`} of ${account}`;
}
