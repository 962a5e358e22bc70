import { ALL_REGIONS, isOptInRegion, nearestRegions } from "@keyferry/common";

test.each([
  ["eu-west-1", false],
  ["us-east-1", false],
  ["eu-south-1", true],
  ["ap-east-1", true],
  ["cn-north-1", false],
  ["us-gov-west-1", false],
])("%s is an opt-in Region that an account must enable: %s", (region, isOptIn) => {
  expect(isOptInRegion(region)).toBe(isOptIn);
});

test("seventeen Regions of the partition aws are enabled in every account", () => {
  const isChinaOrGov = /^(cn|us-gov)-/;
  const enabled = ALL_REGIONS.filter((region) => !isOptInRegion(region) && !isChinaOrGov.test(region));
  expect(enabled).toHaveLength(17);
});

test("the most similar Regions are suggested for a mistyped Region", () => {
  expect(nearestRegions("eu-centrl-1")).toContain("eu-central-1");
});
