/** DescribeRegions. Source: EC2 API reference; account management guide, "Enable or disable AWS Regions in your account". */
import { isOptInRegion, partitionOf, regionsOf } from "@keyferry/common";
import type { Call, JsonObject, Operation } from "../../contract";
import { AwsError } from "../../contract";
import { anyResource } from "./access";
import { applyFilters, type FilterTable } from "./filters";
import { flag, texts } from "./input";
import { ec2Operation } from "./operation";

const status = (region: string) => (isOptInRegion(region) ? "not-opted-in" : "opt-in-not-required");
const endpoint = (region: string) =>
  `ec2.${region}.amazonaws.com${partitionOf(region) === "aws-cn" ? ".cn" : ""}`;

const FILTERS: FilterTable<string> = {
  endpoint: (region) => [endpoint(region)],
  "opt-in-status": (region) => [status(region)],
  "region-name": (region) => [region],
};

/** The enabled Regions of the partition; by name, or with AllRegions, the others, too. */
export function describeRegions(): Operation {
  return ec2Operation({
    parameters: ["RegionName", "Filter", "AllRegions"],
    checks: anyResource,
    run: describe,
  });
}

function describe(call: Call): JsonObject {
  const all = regionsOf(partitionOf(call.region));
  const names = texts(call.input, "RegionName");
  const unknown = names.filter((name) => !all.includes(name));
  if (unknown.length > 0) {
    throw new AwsError("InvalidParameterValue", `Invalid region(s): [${unknown.join(", ")}] provided.`);
  }
  const isWanted = (region: string) =>
    names.length > 0
      ? names.includes(region)
      : flag(call.input, "AllRegions") === true || !isOptInRegion(region);
  const regions = applyFilters(all.filter(isWanted), call.input, FILTERS, () => ({}));
  return {
    regionInfo: regions.map((region) => ({
      regionName: region,
      regionEndpoint: endpoint(region),
      optInStatus: status(region),
    })),
  };
}
