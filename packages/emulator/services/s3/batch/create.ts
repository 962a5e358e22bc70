/** The parameters of CreateJob. Sources: S3 API reference, CreateJob; S3 user guide, "Creating an S3 Batch Operations job". */
import { parseArn } from "@keyferry/common";
import { AwsError } from "../../../contract";
import { element, isElement, textOf, type Xml, type XmlElement } from "../xml";

/** Operations of Batch Operations that are implemented here. */
export const OPERATIONS = ["S3ReplicateObject", "S3UpdateObjectEncryption"] as const;
export type OperationName = (typeof OPERATIONS)[number];

const MAX_PRIORITY = 2_147_483_647;
const CSV = "S3BatchOperations_CSV_20180820";
const MAX_TAGS = 50;

interface Check {
  readonly broken: (request: XmlElement) => boolean;
  readonly text: string;
}

const has = (parent: XmlElement, name: string): boolean => parent[name] !== undefined;
const filled = (parent: XmlElement, name: string): boolean => (textOf(parent, name) ?? "") !== "";
const generator = (request: XmlElement): XmlElement =>
  element(element(request, "ManifestGenerator"), "S3JobManifestGenerator");

/** In the order in which they are checked. AWS returns InvalidRequest; the texts are ours. */
const CHECKS: readonly Check[] = [
  {
    broken: (request) => !filled(request, "ClientRequestToken"),
    text: "ClientRequestToken is missing",
  },
  {
    broken: (request) => parseArn(textOf(request, "RoleArn") ?? "")?.service !== "iam",
    text: "RoleArn is not the ARN of a role",
  },
  {
    broken: (request) => !isPriority(textOf(request, "Priority")),
    text: `Priority must be a number from 0 to ${MAX_PRIORITY}`,
  },
  {
    broken: (request) => Object.keys(element(request, "Operation")).length !== 1,
    text: "Operation must name exactly one operation",
  },
  {
    broken: (request) => has(request, "Manifest") === has(request, "ManifestGenerator"),
    text: "exactly one of Manifest and ManifestGenerator must be given",
  },
  {
    broken: (request) =>
      has(request, "ManifestGenerator") &&
      parseArn(textOf(generator(request), "SourceBucket") ?? "")?.service !== "s3",
    text: "SourceBucket of the manifest generator is not the ARN of a bucket",
  },
  {
    broken: (request) =>
      has(request, "Manifest") && !filled(element(element(request, "Manifest"), "Location"), "ETag"),
    text: "Location of the manifest needs an ObjectArn and an ETag",
  },
  {
    broken: (request) => !["true", "false"].includes(textOf(element(request, "Report"), "Enabled") ?? ""),
    text: "Report must say whether it is Enabled",
  },
  {
    broken: (request) => {
      const report = element(request, "Report");
      const complete = ["Bucket", "Format", "ReportScope"].every((name) => filled(report, name));
      return textOf(report, "Enabled") === "true" && !complete;
    },
    text: "a Report that is enabled needs a Bucket, a Format and a ReportScope",
  },
  { broken: (request) => tagsOf(request).length > MAX_TAGS, text: `at most ${MAX_TAGS} Tags` },
];

/** @throws AwsError `InvalidRequest` for what AWS refuses, `NotImplemented` for what is not modelled */
export function checkRequest(request: XmlElement): void {
  const broken = CHECKS.find((one) => one.broken(request));
  if (broken !== undefined) throw new AwsError("InvalidRequest", broken.text);
  const operation = Object.keys(element(request, "Operation"))[0] ?? "";
  if (!OPERATIONS.some((one) => one === operation)) throw notModelled(`the operation ${operation}`);
  const format = textOf(element(element(request, "Manifest"), "Spec"), "Format");
  if (format !== undefined && format !== CSV) throw notModelled(`manifests of the format ${format}`);
  if (textOf(generator(request), "EnableManifestOutput") === "true")
    throw notModelled("manifests that S3 generates and keeps (EnableManifestOutput)");
}

function isPriority(text: string | undefined): boolean {
  return text !== undefined && /^\d+$/.test(text) && Number(text) <= MAX_PRIORITY;
}

export function operationOf(request: XmlElement): OperationName {
  return Object.keys(element(request, "Operation"))[0] as OperationName;
}

export function generatorOf(request: XmlElement): XmlElement {
  return generator(request);
}

/** Lists of S3 Control are already lists when they are read. */
export function listOf(parent: XmlElement, name: string): readonly Xml[] {
  const value = parent[name];
  return Array.isArray(value) ? (value as readonly Xml[]) : [];
}

export function tagsOf(request: XmlElement): readonly (readonly [name: string, value: string])[] {
  return listOf(request, "Tags")
    .filter(isElement)
    .map((tag) => [textOf(tag, "Key") ?? "", textOf(tag, "Value") ?? ""]);
}

function notModelled(what: string): AwsError {
  return new AwsError("NotImplemented", `The rehearsal cloud does not model ${what} of S3 Batch Operations.`);
}
