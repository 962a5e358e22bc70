import type { PolicyDocument } from "../../../policy";
import { mutations } from "../../../policy/proof/mutations";

const DOCUMENT: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [
    {
      Sid: "One",
      Effect: "Allow",
      Principal: { AWS: ["111111111111", "222222222222"] },
      Action: ["kms:Decrypt", "kms:CreateGrant"],
      Resource: ["*"],
      Condition: {
        Bool: { "kms:GrantIsForAWSResource": ["true"] },
        StringEquals: { "kms:ViaService": ["a", "b"], "kms:CallerAccount": ["1"] },
      },
    },
    { Sid: "Two", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::bucket/*"] },
  ],
};

const all = mutations(DOCUMENT);
const of = (row: string, kind: string) =>
  all.filter((mutation) => mutation.row === row && mutation.kind === kind).map(({ what }) => what);

test("every action, resource, principal and condition value is removed once", () => {
  expect(of("One", "narrowed")).toEqual([
    "without Action kms:Decrypt",
    "without Action kms:CreateGrant",
    "without Resource *",
    "without Principal 111111111111",
    "without Principal 222222222222",
    "without Bool kms:GrantIsForAWSResource true",
    "without StringEquals kms:ViaService a",
    "without StringEquals kms:ViaService b",
    "without StringEquals kms:CallerAccount 1",
  ]);
});

test("every condition is removed once, and actions, resources and principals are widened", () => {
  expect(of("One", "widened")).toEqual([
    "without the condition Bool kms:GrantIsForAWSResource",
    "without the condition StringEquals kms:ViaService",
    "without the condition StringEquals kms:CallerAccount",
    "with Action kms:*",
    'with Principal "*"',
  ]);
  expect(of("Two", "widened")).toEqual(["with Action s3:*", 'with Resource "*"']);
});

test("each mutation changes one element of one statement and keeps everything else", () => {
  const find = (what: string) => all.find((mutation) => mutation.what === what)?.document.Statement;
  const [one, two] = DOCUMENT.Statement;
  expect(find("without StringEquals kms:ViaService a")).toEqual([
    {
      ...one,
      Condition: {
        ...one?.Condition,
        StringEquals: { "kms:ViaService": ["b"], "kms:CallerAccount": ["1"] },
      },
    },
    two,
  ]);
  expect(find("without Bool kms:GrantIsForAWSResource true")?.[0]?.Condition?.["Bool"]).toEqual({
    "kms:GrantIsForAWSResource": ["false"],
  });
  expect(find("without the condition Bool kms:GrantIsForAWSResource")?.[0]?.Condition).toEqual({
    StringEquals: { "kms:ViaService": ["a", "b"], "kms:CallerAccount": ["1"] },
  });
  expect(find("without Action s3:GetObject")).toEqual([one]);
});
