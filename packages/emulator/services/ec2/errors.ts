/** EC2's errors that more than one operation raises. Source: EC2 API reference, "Error codes". */
import { AwsError } from "../../contract";

export type ResourceKind = "image" | "snapshot" | "volume" | "instance" | "launch-template";

interface IdRules {
  readonly prefix: string;
  readonly malformed: string;
  readonly notFound: string;
  /** The resource as the not-found message names it. */
  message(ids: readonly string[]): string;
}

const plural = (ids: readonly string[], one: string, many: string): string => (ids.length === 1 ? one : many);

const RULES: Readonly<Record<ResourceKind, IdRules>> = {
  image: {
    prefix: "ami",
    malformed: "InvalidAMIID.Malformed",
    notFound: "InvalidAMIID.NotFound",
    message: (ids) =>
      `The image ${plural(ids, "id", "ids")} '[${ids.join(", ")}]' ${plural(ids, "does", "do")} not exist`,
  },
  snapshot: {
    prefix: "snap",
    malformed: "InvalidSnapshotID.Malformed",
    notFound: "InvalidSnapshot.NotFound",
    message: (ids) => `The snapshot '${ids.join(", ")}' does not exist.`,
  },
  volume: {
    prefix: "vol",
    malformed: "InvalidParameterValue",
    notFound: "InvalidVolume.NotFound",
    message: (ids) => `The volume '${ids.join(", ")}' does not exist.`,
  },
  instance: {
    prefix: "i",
    malformed: "InvalidInstanceID.Malformed",
    notFound: "InvalidInstanceID.NotFound",
    message: (ids) =>
      `The instance ${plural(ids, "ID", "IDs")} '${ids.join(", ")}' ${plural(ids, "does", "do")} not exist`,
  },
  "launch-template": {
    prefix: "lt",
    malformed: "InvalidLaunchTemplateId.Malformed",
    notFound: "InvalidLaunchTemplateId.NotFound",
    message: (ids) => `The specified launch template, with template ID ${ids.join(", ")}, does not exist.`,
  },
};

/** @throws the kind's `Malformed` error when the text cannot be an id of that kind */
export function checkId(kind: ResourceKind, id: string): void {
  const rules = RULES[kind];
  if (!new RegExp(`^${rules.prefix}-[0-9a-f]{8,17}$`).test(id)) {
    throw new AwsError(rules.malformed, `Invalid id: "${id}" (expecting "${rules.prefix}-...")`);
  }
}

export function notFound(kind: ResourceKind, ...ids: readonly string[]): AwsError {
  return new AwsError(RULES[kind].notFound, RULES[kind].message(ids));
}

/** The kind of a resource that is stored here; undefined for one that moto stores. */
export function kindOfId(id: string): ResourceKind | undefined {
  return (Object.keys(RULES) as ResourceKind[]).find((kind) => id.startsWith(`${RULES[kind].prefix}-`));
}

export function incorrectState(message: string): AwsError {
  return new AwsError("IncorrectState", message);
}
