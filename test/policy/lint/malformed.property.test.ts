import { lintReport, lintText } from "../../../policy/lint";
import fc from "../../_helpers/fast-check";
import { HOSTILE_TEXTS, malformedText } from "../../_helpers/malformed/text";

const RIGHT = [
  '{"Version":"2012-10-17","Statement":[{"Sid":"Root","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":"kms:*","Resource":"*"},{"Sid":"Copy","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::222222222222:role/copier"]},"Action":["kms:Decrypt","kms:CreateGrant"],"Resource":"*","Condition":{"Bool":{"kms:GrantIsForAWSResource":"true"}}}]}',
  '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ec2:*","Resource":"arn:aws:ec2:*:111111111111:*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}}',
  '{"Resources":{"Key":{"Type":"AWS::KMS::Key","Properties":{"KeyPolicy":{"Version":"2012-10-17","Statement":[]}}}}}',
];

const linted = (text: string) => lintText(lintReport({ document: text }), "policy.json");

test.each(Object.entries(HOSTILE_TEXTS))("%s is reported as not a policy", (_name, text) => {
  expect(linted(text)).not.toContain("no mistake found");
  const inside = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":${text},"Resource":"*"}]}`;
  expect(linted(inside)).not.toContain("no mistake found");
});

test("any malformed policy text is read without an exception", () => {
  fc.assert(
    fc.property(malformedText(RIGHT), (text) => linted(text).length > 0),
    { numRuns: 3000 },
  );
});
