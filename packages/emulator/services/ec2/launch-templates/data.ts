/** Launch template data, in the form of requests and in the form of responses. */
import type { Json, JsonObject } from "../../../contract";
import { isObject, object, objects, text } from "../input";

/** Lists whose element in responses is not the member's name with `Set` at its end. Source: EC2's API model. */
const LIST_NAMES: Readonly<Record<string, string>> = {
  LicenseSpecification: "licenseSet",
  PrivateIpAddress: "privateIpAddressesSet",
};

/** In the form of responses: `BlockDeviceMapping` becomes `blockDeviceMappingSet`, `ImageId` `imageId`. */
export function dataAnswer(data: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) =>
      name === "NetworkInterface" && Array.isArray(value)
        ? ["networkInterfaceSet", objects(data, name).map(interfaceAnswer)]
        : [answerName(name, value), answerValue(value)],
    ),
  );
}

/** The groups of an interface are listed under a different name. */
function interfaceAnswer({ SecurityGroupId: groups, ...others }: JsonObject): JsonObject {
  return { ...dataAnswer(others), ...(groups === undefined ? {} : { groupSet: { groupId: groups } }) };
}

function answerName(name: string, value: Json): string {
  const lowered = name.charAt(0).toLowerCase() + name.slice(1);
  return Array.isArray(value) ? (LIST_NAMES[name] ?? `${lowered}Set`) : lowered;
}

function answerValue(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(answerValue);
  return isObject(value) ? dataAnswer(value) : value;
}

/**
 * A new version based on another: given values replace existing ones. Snapshots in the other version's mappings are
 * left out. Source: EC2 API reference, "CreateLaunchTemplateVersion".
 */
export function basedOn(source: JsonObject, given: JsonObject): JsonObject {
  const mappings = objects(source, "BlockDeviceMapping").map((mapping) => {
    const ebs = Object.entries(object(mapping, "Ebs")).filter(([name]) => name !== "SnapshotId");
    return "Ebs" in mapping ? { ...mapping, Ebs: Object.fromEntries(ebs) } : mapping;
  });
  const inherited = mappings.length === 0 ? source : { ...source, BlockDeviceMapping: mappings };
  return { ...inherited, ...given };
}

/** The image that a template names, by its id or by a parameter. */
export function imageOf(data: JsonObject): string | undefined {
  return text(data, "ImageId");
}
