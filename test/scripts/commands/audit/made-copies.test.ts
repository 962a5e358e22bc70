import { readTrailRecord } from "../../../../scripts/aws/trail-record";
import { madeCopy } from "../../../../scripts/commands/audit/made-copies";

const TAGS = [
  { key: "keyferry:topology", value: "acme" },
  { key: "keyferry:node", value: "web/final/prod/eu-central-1" },
];
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/home";
const ARN = "arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1";

const copying = (request: object) =>
  readTrailRecord({
    ...{ eventName: "CopyImage", userIdentity: { type: "AssumedRole", arn: ARN } },
    requestParameters: { sourceRegion: "eu-west-1", ...request },
  });

test.each([
  ["as EC2 writes them", { tagSpecificationSet: { items: [{ resourceType: "image", tags: TAGS }] } }],
  ["as they were sent", { tagSpecifications: [{ resourceType: "image", tags: TAGS }] }],
])("a copy is identified by the tags of the call that made it, %s", (_form, request) => {
  expect(madeCopy(copying({ ...request, masterEncryptionKeyId: KEY }), "acme")).toEqual([
    { node: "web/final/prod/eu-central-1", session: ARN, keyArn: KEY, sourceRegion: "eu-west-1" },
  ]);
});

test("copies of other topologies, and copies without tags, are ignored", () => {
  const request = { tagSpecificationSet: { items: [{ resourceType: "image", tags: TAGS }] } };
  expect(madeCopy(copying(request), "other")).toEqual([]);
  expect(madeCopy(copying({ name: "web" }), "acme")).toEqual([]);
});
