import { ALL_REGIONS, isOptInRegion, nearestRegions } from "@keyferry/common";

test.each([
  ["eu-west-1", false],
  ["us-east-1", false],
  ["eu-south-1", true],
  ["ap-east-1", true],
  ["cn-north-1", false],
  ["us-gov-west-1", false],
])("%s has to be enabled by an account first: %s", (region, isOptIn) => {
  expect(isOptInRegion(region)).toBe(isOptIn);
});

test("seventeen Regions of the partition aws are there for every account", () => {
  const isChinaOrGov = /^(cn|us-gov)-/;
  const enabled = ALL_REGIONS.filter((region) => !isOptInRegion(region) && !isChinaOrGov.test(region));
  expect(enabled).toHaveLength(17);
});

test("a mistyped Region is answered by those that look most like it", () => {
  expect(nearestRegions("eu-centrl-1")).toContain("eu-central-1");
});
