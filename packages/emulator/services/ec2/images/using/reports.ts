/** Image usage reports. Source: EC2 user guide, "View your AMI usage"; EC2 API reference. */
import { imageArn } from "@keyferry/common";
import { workKind } from "../../../../background";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../../contract";
import { AwsError } from "../../../../contract";
import { anyResource, ec2Arn, ownCheck, requestTagContext, tagContext, tagOnCreateCheck } from "../../access";
import { remember, remembered } from "../../answers";
import { ownImage } from "../../catalogue";
import { checkId } from "../../errors";
import { applyFilters, type FilterTable } from "../../filters";
import { newId } from "../../ids";
import { invalidValue, missingParameter, objects, requiredText, texts } from "../../input";
import { DONE, ec2Operation } from "../../operation";
import { page } from "../../pages";
import type { Ec2State, UsageEntry, UsageReport } from "../../state";
import { forgetTags, readTagSpecifications, setTags, tagSet, tagsOf } from "../../tags/tags";
import { instancesOf, templatesOf, VERSION_DEPTH } from "./users";

const REPORT_SECONDS = 120;
const KEPT_DAYS = 30;
const DAY_SECONDS = 24 * 3600;
const MOST_ACCOUNTS = 200;
const TYPES = ["ec2:Instance", "ec2:LaunchTemplate"];

const COMPLETE = workKind<{ readonly reportId: string }>("ec2:complete-usage-report");
const FORGET = workKind<{ readonly reportId: string }>("ec2:forget-usage-report");

const REPORT_FILTERS: FilterTable<UsageReport> = {
  "creation-time": ({ creationTime }) => [creationTime],
  state: (report) => [report.state],
};

type Entry = UsageEntry & { readonly report: UsageReport };

const ENTRY_FILTERS: FilterTable<Entry> = {
  "account-id": ({ account }) => [account],
  "creation-time": ({ report }) => [report.creationTime],
  "resource-type": ({ resourceType }) => [resourceType],
};

export function usageReportOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  return {
    CreateImageUsageReport: ec2Operation({
      parameters: ["ImageId", "ResourceType", "AccountId", "ClientToken", "TagSpecification"],
      checks: (call) => createChecks(state, call),
      run: (call, cloud) => create(state, call, cloud),
    }),
    DescribeImageUsageReports: ec2Operation({
      parameters: ["ImageId", "ReportId", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => {
        const ownTags = ({ owner, reportId }: UsageReport) => tagsOf(state, owner, reportId);
        const found = applyFilters(chosen(state, call), call.input, REPORT_FILTERS, ownTags);
        const { items, nextToken } = page(found, call.input);
        const imageUsageReportSet = items.map((report) => reportAnswer(report, tagSet(ownTags(report))));
        return { imageUsageReportSet, nextToken };
      },
    }),
    DescribeImageUsageReportEntries: ec2Operation({
      parameters: ["ImageId", "ReportId", "Filter", "MaxResults", "NextToken"],
      checks: anyResource,
      run: (call) => {
        const all = chosen(state, call).flatMap((report) =>
          (report.entries ?? []).map((entry): Entry => ({ ...entry, report })),
        );
        const { items, nextToken } = page(
          applyFilters(all, call.input, ENTRY_FILTERS, () => ({})),
          call.input,
        );
        return { imageUsageReportEntrySet: items.map(entryAnswer), nextToken };
      },
    }),
    DeleteImageUsageReport: ec2Operation({
      parameters: ["ReportId"],
      checks: (call) => {
        const id = requiredText(call.input, "ReportId");
        const tags = tagContext(tagsOf(state, call.caller.account, id));
        return [ownCheck(call, ec2Arn(call, `image-usage-report/${id}`), tags)];
      },
      run: (call) => {
        forget(state, ownReport(state, call, requiredText(call.input, "ReportId")).reportId);
        return DONE;
      },
    }),
  };
}

/** Registers the creation and expiry of reports with the clock. */
export function handleUsageReports(state: Ec2State, { clock }: Cloud): void {
  COMPLETE.handle(clock, ({ reportId }) => {
    const report = state.usageReports[reportId];
    if (report === undefined) return;
    report.entries = usesOf(state, report);
    report.state = "available";
  });
  FORGET.handle(clock, ({ reportId }) => forget(state, reportId));
}

function forget(state: Ec2State, reportId: string): void {
  delete state.usageReports[reportId];
  forgetTags(state, reportId);
}

function createChecks(state: Ec2State, call: Call): readonly AccessCheck[] {
  const { "image-usage-report": tags } = readTagSpecifications(call.input, ["image-usage-report"]);
  const imageId = requiredText(call.input, "ImageId");
  const report = ec2Arn(call, "image-usage-report/*");
  const imageTags = tagContext(tagsOf(state, call.caller.account, imageId));
  return [
    ownCheck(call, imageArn(call.region, imageId), imageTags),
    ownCheck(call, report, requestTagContext(tags)),
    ...tagOnCreateCheck(call, report, tags),
  ];
}

/** @throws InvalidAMIID.NotFound also for another account's image */
function create(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const [earlier] = remembered(state, call) ?? [];
  if (earlier !== undefined) return { reportId: earlier };
  const imageId = requiredText(call.input, "ImageId");
  checkId("image", imageId);
  ownImage(state, imageId, call.caller.account, call.region);
  const { "image-usage-report": tags } = readTagSpecifications(call.input, ["image-usage-report"]);
  const report: UsageReport = {
    reportId: newId("amiur"),
    owner: call.caller.account,
    region: call.region,
    imageId,
    resourceTypes: readTypes(call),
    accounts: readAccounts(call),
    creationTime: cloud.clock.now().toISOString(),
    state: "pending",
  };
  const { reportId } = report;
  state.usageReports[reportId] = report;
  setTags(state, report.owner, reportId, tags);
  remember(state, call, [reportId]);
  COMPLETE.later(cloud.clock, REPORT_SECONDS, { reportId });
  FORGET.later(cloud.clock, KEPT_DAYS * DAY_SECONDS, { reportId });
  return { reportId };
}

/** @throws MissingParameter, InvalidParameterValue */
function readTypes(call: Call): UsageReport["resourceTypes"] {
  const given = objects(call.input, "ResourceType");
  if (given.length === 0) throw missingParameter("ResourceType");
  return given.map((entry) => {
    const type = requiredText(entry, "ResourceType");
    if (!TYPES.includes(type)) throw invalidValue("ResourceType", type);
    const [option] = objects(entry, "ResourceTypeOption");
    const [depth] = option === undefined ? [] : texts(option, "OptionValue");
    return { type, versionDepth: depth === undefined ? undefined : Number(depth) };
  });
}

function readAccounts(call: Call): readonly string[] {
  const accounts = texts(call.input, "AccountId");
  const bad = accounts.find((account) => !/^\d{12}$/.test(account));
  if (bad !== undefined) throw new AwsError("InvalidUserID.Malformed", `Invalid user id: "${bad}"`);
  if (accounts.length > MOST_ACCOUNTS) throw invalidValue("AccountId", `${accounts.length} accounts`);
  return accounts;
}

/** Usage by other accounts in the Region; a launch template counts once, regardless of how many versions name the image. */
function usesOf(state: Ec2State, report: UsageReport): readonly UsageEntry[] {
  const { imageId, region, owner } = report;
  const everybody = [...Object.values(state.instances), ...Object.values(state.launchTemplates)];
  const others = [...new Set(everybody.map((user) => user.owner))].filter((account) => account !== owner);
  const asked = others.filter((account) => report.accounts.length === 0 || report.accounts.includes(account));
  return report.resourceTypes.flatMap(({ type, versionDepth = VERSION_DEPTH.report }) =>
    asked.flatMap((account): readonly UsageEntry[] => {
      const place = { account, region };
      const users =
        type === "ec2:Instance" ? instancesOf(state, place) : templatesOf(state, place, versionDepth);
      const usageCount = users.filter((user) => user.imageId === imageId).length;
      return usageCount === 0 ? [] : [{ account, resourceType: type, usageCount }];
    }),
  );
}

/** The caller's reports, by their ids or their images. */
function chosen(state: Ec2State, call: Call): readonly UsageReport[] {
  const reports = texts(call.input, "ReportId").map((id) => ownReport(state, call, id));
  const images = texts(call.input, "ImageId");
  const all =
    reports.length > 0 ? reports : Object.values(state.usageReports).filter((one) => isOwn(one, call));
  return all.filter(({ imageId }) => images.length === 0 || images.includes(imageId));
}

function isOwn({ owner, region }: UsageReport, call: Call): boolean {
  return owner === call.caller.account && region === call.region;
}

function ownReport(state: Ec2State, call: Call, id: string): UsageReport {
  const report = state.usageReports[id];
  if (report !== undefined && isOwn(report, call)) return report;
  throw new AwsError("InvalidImageUsageReportId.NotFound", `The image usage report '${id}' does not exist`);
}

function reportAnswer(report: UsageReport, tags: readonly JsonObject[] | undefined): JsonObject {
  const expiration = new Date(Date.parse(report.creationTime) + KEPT_DAYS * DAY_SECONDS * 1000);
  return {
    imageId: report.imageId,
    reportId: report.reportId,
    resourceTypeSet: report.resourceTypes.map(({ type, versionDepth }) => ({
      resourceType: type,
      resourceTypeOptionSet:
        versionDepth === undefined
          ? undefined
          : [{ optionName: "version-depth", optionValueSet: [String(versionDepth)] }],
    })),
    accountIdSet: report.accounts.length === 0 ? undefined : report.accounts,
    state: report.state,
    creationTime: report.creationTime,
    expirationTime: expiration.toISOString(),
    tagSet: tags,
  };
}

function entryAnswer({ report, account, resourceType, usageCount }: Entry): JsonObject {
  return {
    imageId: report.imageId,
    resourceType,
    accountId: account,
    usageCount,
    reportCreationTime: report.creationTime,
    reportId: report.reportId,
  };
}
