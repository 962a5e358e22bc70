/** DescribeLaunchTemplates and DescribeLaunchTemplateVersions. Source: EC2 API reference. */
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { parameterResource } from "../../ssm/service";
import { anyResource } from "../access";
import { applyFilters, neverMatching, type FilterTable } from "../filters";
import { flag, object, objects, text, texts } from "../input";
import { parameterOf, resolveImageId } from "../instances/image-id";
import { ec2Operation } from "../operation";
import { page } from "../pages";
import type { Ec2State, LaunchTemplate, TemplateVersion } from "../state";
import { tagsOf } from "../tags/tags";
import { imageOf } from "./data";
import { lookUp, placeOf, requireTemplate, requireVersion, templatesIn, type Place } from "./find";
import { templateAnswer, versionAnswer } from "./wire";

const TEMPLATE_FILTERS: FilterTable<LaunchTemplate> = {
  "create-time": (template) => [template.createTime],
  "launch-template-name": (template) => [template.name],
};

interface Found {
  readonly template: LaunchTemplate;
  readonly version: TemplateVersion;
}

const metadata = ({ version }: Found): JsonObject => object(version.data, "MetadataOptions");

const VERSION_FILTERS: FilterTable<Found> = {
  ...neverMatching(["host-resource-group-arn"]),
  "create-time": ({ version }) => [version.createTime],
  "ebs-optimized": ({ version }) => [text(version.data, "EbsOptimized") ?? "false"],
  "http-endpoint": (found) => [text(metadata(found), "HttpEndpoint")],
  "http-protocol-ipv4": () => ["enabled"],
  "http-tokens": (found) => [text(metadata(found), "HttpTokens")],
  "iam-instance-profile": ({ version }) => [text(object(version.data, "IamInstanceProfile"), "Arn")],
  "image-id": ({ version }) => [imageOf(version.data)],
  "instance-type": ({ version }) => [text(version.data, "InstanceType")],
  "is-default-version": ({ template, version }) => [String(template.defaultVersion === version.number)],
  "kernel-id": ({ version }) => [text(version.data, "KernelId")],
  "license-configuration-arn": ({ version }) =>
    objects(version.data, "LicenseSpecification").map((license) => text(license, "LicenseConfigurationArn")),
  "network-card-index": ({ version }) =>
    objects(version.data, "NetworkInterface").map((network) => text(network, "NetworkCardIndex")),
  "ram-disk-id": ({ version }) => [text(version.data, "RamDiskId")],
};

export function launchTemplateReads(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    DescribeLaunchTemplates: ec2Operation({
      parameters: ["LaunchTemplateId", "LaunchTemplateName", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => describe(state, call),
    }),
    DescribeLaunchTemplateVersions: ec2Operation({
      parameters: [
        "LaunchTemplateId",
        "LaunchTemplateName",
        "LaunchTemplateVersion",
        "MinVersion",
        "MaxVersion",
        "Filter",
        "ResolveAlias",
        "MaxResults",
        "NextToken",
      ],
      checks: (call) => [...anyResource(call), ...aliasChecks(state, call)],
      run: (call, cloud) => describeVersions(state, call, cloud),
    }),
  };
}

/** @throws InvalidLaunchTemplateId.NotFound, InvalidLaunchTemplateName.NotFoundException */
function describe(state: Ec2State, call: Call): JsonObject {
  const place = placeOf(call);
  const named = [
    ...texts(call.input, "LaunchTemplateId").map((LaunchTemplateId) => ({ LaunchTemplateId })),
    ...texts(call.input, "LaunchTemplateName").map((LaunchTemplateName) => ({ LaunchTemplateName })),
  ].map((reference) => requireOneOf(state, place, reference));
  const wanted = named.length > 0 ? named : templatesIn(state, place);
  const found = applyFilters(wanted, call.input, TEMPLATE_FILTERS, (template) =>
    tagsOf(state, template.owner, template.launchTemplateId),
  );
  const { items, nextToken } = page(found, call.input);
  return { launchTemplates: items.map((template) => templateAnswer(state, template)), nextToken };
}

/**
 * A list of templates that contains a missing one gets a text that does not name it. Source: AWS's response, as in
 * moto's AWS-verified tests.
 */
function requireOneOf(state: Ec2State, place: Place, reference: JsonObject): LaunchTemplate {
  const found = lookUp(state, place, reference);
  if (found !== undefined) return found;
  if (text(reference, "LaunchTemplateName") === undefined) return requireTemplate(state, place, reference);
  throw new AwsError(
    "InvalidLaunchTemplateName.NotFoundException",
    "At least one of the launch templates specified in the request does not exist.",
  );
}

async function describeVersions(state: Ec2State, call: Call, cloud: Cloud): Promise<JsonObject> {
  const found = applyFilters(chosenVersions(state, call), call.input, VERSION_FILTERS, () => ({}));
  const { items, nextToken } = page(found, call.input);
  const resolves = flag(call.input, "ResolveAlias") === true;
  const { account, region } = placeOf(call);
  const launchTemplateVersionSet: JsonObject[] = [];
  for (const { template, version } of items) {
    const image = imageOf(version.data);
    const imageId =
      resolves && image !== undefined ? await resolveImageId(cloud, account, region, image) : undefined;
    launchTemplateVersionSet.push(versionAnswer(template, version, imageId));
  }
  return { launchTemplateVersionSet, nextToken };
}

/** Versions of one template, or the latest and default versions of all. Newest first. */
function chosenVersions(state: Ec2State, call: Call): readonly Found[] {
  const names = texts(call.input, "LaunchTemplateVersion");
  const isOne = ["LaunchTemplateId", "LaunchTemplateName"].some(
    (name) => text(call.input, name) !== undefined,
  );
  if (!isOne) return everywhere(state, call, names);
  const template = requireTemplate(state, placeOf(call), call.input);
  const least = Number(text(call.input, "MinVersion") ?? 0);
  const most = Number(text(call.input, "MaxVersion") ?? Infinity);
  const wanted =
    names.length > 0
      ? new Set(names.map((name) => requireVersion(template, name)))
      : new Set([...template.versions].reverse());
  return [...wanted]
    .filter(({ number }) => number >= least && number <= most)
    .map((version) => ({ template, version }));
}

/** AWS's text, with its quotation marks. */
const HOW_TO_DESCRIBE =
  "To describe the launch template data for all your launch templates, for ‘--versions’ specify ‘$Latest’, ‘$Default’, " +
  "or both, and omit ‘--launch-template-id’, ‘--launch-template-name’, and version numbers. To describe the launch " +
  "template data for a specific launch template, specify ‘--launch-template-id’ or ‘--launch-template-name’, and for " +
  "‘--versions’ specify one or more of the following values: ‘$Latest’, ‘$Default’, or one or more version numbers.";

function everywhere(state: Ec2State, call: Call, names: readonly string[]): readonly Found[] {
  if (names.length === 0) throw new AwsError("MissingParameter", HOW_TO_DESCRIBE);
  if (!names.every((name) => name === "$Latest" || name === "$Default")) {
    throw new AwsError("InvalidParameterValue", HOW_TO_DESCRIBE);
  }
  return templatesIn(state, placeOf(call)).flatMap((template) =>
    [...new Set(names.map((name) => requireVersion(template, name)))].map((version) => ({
      template,
      version,
    })),
  );
}

/**
 * Reading a parameter requires the permission to read it. Source: EC2 user guide, "Use a Systems Manager parameter
 * instead of an AMI ID".
 */
function aliasChecks(state: Ec2State, call: Call): readonly AccessCheck[] {
  if (flag(call.input, "ResolveAlias") !== true) return [];
  const names = chosenVersions(state, call).flatMap(({ version }) => {
    const parameter = parameterOf(imageOf(version.data) ?? "");
    return parameter === undefined ? [] : [parameter.split(":")[0] ?? ""];
  });
  return [...new Set(names)].map((name) => ({
    action: "ssm:GetParameters",
    resource: parameterResource(call, name),
  }));
}
