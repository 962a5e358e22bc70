import { deployPolicy, proofTarget, renderPolicy, type DeployAccess } from "../../policy";
import { evaluate } from "@keyferry/evaluator";
import { KEY_USE_KINDS } from "../../scripts/aws";

const ACCOUNT = "222222222222";
const ACCESS = {
  topology: "acme",
  partition: "aws",
  account: ACCOUNT,
  operatorAccount: "111111111111",
  runnerRole: "keyferry-acme-runner",
  ebsDefaults: false,
  launches: false,
  deletesKeys: true,
};
const LAUNCHING = { ...ACCESS, launches: true, instanceRoles: ["web-instance"] };

const key = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/12345678-1234-1234-1234-123456789012`;
/** A key policy that leaves every decision to IAM, like one without the guard. */
const LEFT_TO_IAM = {
  name: "the key policy",
  document: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: "kms:*", Resource: "*" },
    ],
  },
};

type Call = readonly [action: string, resource: string, context?: Readonly<Record<string, string>>];

function titled(calls: readonly Call[]): readonly (readonly [title: string, call: Call])[] {
  return calls.map((call) => [call.map((part) => JSON.stringify(part)).join(" "), call]);
}

/** Whether the documented policy by itself allows a call. */
function allows(access: DeployAccess, [action, resource, context = {}]: Call): boolean {
  const document = renderPolicy(deployPolicy(access), proofTarget);
  const principal = {
    kind: "assumed-role",
    account: ACCOUNT,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/keyferry-deploy/keyferry`,
  } as const;
  const request = { action, resource, resourceAccount: ACCOUNT, principal, context };
  const identity = [{ name: "deploy", document }];
  return evaluate(request, resource === key ? { identity, resource: LEFT_TO_IAM } : { identity }).allowed;
}

it.each(KEY_USE_KINDS.map(({ id, actions }) => [id, actions] as const))(
  "the documented deploy role may search for uses in %s before a key is deleted",
  (_id, actions) => {
    const allowed = deployPolicy(ACCESS).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => !allowed.includes(action))).toEqual([]);
  },
);

const group = (name: string) =>
  `arn:aws:autoscaling:eu-west-1:${ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/${name}`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const toEc2 = { "iam:PassedToService": "ec2.amazonaws.com" };
const ours = { "aws:ResourceTag/keyferry:topology": "acme" };

describe("in an account that launches", () => {
  const needed: readonly Call[] = [
    ["iam:PassRole", role("web-instance"), toEc2],
    ["autoscaling:StartInstanceRefresh", group("keyferry-acme-web")],
    ["autoscaling:CancelInstanceRefresh", group("keyferry-acme-web")],
    ["autoscaling:DescribeInstanceRefreshes", "*"],
    ["autoscaling:AttachLoadBalancerTargetGroups", group("keyferry-acme-web")],
    ["autoscaling:DetachLoadBalancerTargetGroups", group("keyferry-acme-web")],
    ["autoscaling:DescribeLoadBalancerTargetGroups", "*"],
    ["autoscaling:SetInstanceProtection", group("keyferry-acme-web")],
    ["elasticloadbalancing:DescribeTargetHealth", "*"],
    ["ssm:GetParameter", `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/images/web`],
    ["ssm:GetParameters", `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/images/web`],
  ];
  test.each(titled(needed))(
    "the documented deploy role may call %s, and may not in an account that launches nothing",
    (_title, call) => {
      expect([allows(LAUNCHING, call), allows({ ...ACCESS, deletesKeys: false }, call)]).toEqual([
        true,
        // The deletion of keys also searches image parameters; see LookForKeyUsers.
        call[0] === "ssm:GetParameters",
      ]);
    },
  );

  const neighbours: readonly Call[] = [
    ["iam:PassRole", role("administrator"), toEc2],
    ["iam:PassRole", role("web-instance"), { "iam:PassedToService": "lambda.amazonaws.com" }],
    ["autoscaling:StartInstanceRefresh", group("keyferry-other-web")],
    ["autoscaling:AttachLoadBalancerTargetGroups", group("theirs")],
    ["ssm:GetParameter", "arn:aws:ssm:eu-west-1:333333333333:parameter/images/web"],
    ["ssm:PutParameter", `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/images/web`],
    ["elasticloadbalancing:RegisterTargets", "*"],
  ];
  test.each(titled(neighbours))("it may not call %s", (_title, call) => {
    expect(allows(LAUNCHING, call)).toBe(false);
  });
});

describe("importing key material", () => {
  const oaep = { "kms:WrappingAlgorithm": "RSAES_OAEP_SHA_256" };
  const elsewhere = key.replace(ACCOUNT, "333333333333");
  test.each<[what: string, may: boolean, call: Call, importsKeys: boolean]>([
    ["the public key, with the row", true, ["kms:GetParametersForImport", key, oaep], true],
    ["the public key, without the row", false, ["kms:GetParametersForImport", key, oaep], false],
    [
      "a public key for SHA-1",
      false,
      ["kms:GetParametersForImport", key, { "kms:WrappingAlgorithm": "RSAES_OAEP_SHA_1" }],
      true,
    ],
    ["the key material, with the row", true, ["kms:ImportKeyMaterial", key], true],
    ["the key material, without the row", false, ["kms:ImportKeyMaterial", key], false],
    ["another account's material", false, ["kms:ImportKeyMaterial", elsewhere], true],
    ["deleting the key material", false, ["kms:DeleteImportedKeyMaterial", key], true],
  ])("%s is allowed by the documented policy: %p", (_what, may, call, importsKeys) => {
    expect(allows({ ...ACCESS, importsKeys }, call)).toBe(may);
  });
});

describe("a key's deletion", () => {
  test.each<[what: string, may: boolean, call: Call, deletesKeys: boolean]>([
    ["of a key of the topology, with DeleteOwnKeys", true, ["kms:ScheduleKeyDeletion", key, ours], true],
    ["of a key of the topology, without DeleteOwnKeys", false, ["kms:ScheduleKeyDeletion", key, ours], false],
    ["of a key without the topology's tag", false, ["kms:ScheduleKeyDeletion", key], true],
    [
      "of another topology's key",
      false,
      ["kms:ScheduleKeyDeletion", key, { "aws:ResourceTag/keyferry:topology": "apex" }],
      true,
    ],
  ])("%s is allowed by the documented policy: %p", (_what, may, call, deletesKeys) => {
    expect(allows({ ...ACCESS, deletesKeys }, call)).toBe(may);
  });
});

describe("moving to the next generation of a key", () => {
  const image = "arn:aws:ec2:eu-west-1::image/ami-1";
  const snapshot = "arn:aws:ec2:eu-west-1::snapshot/snap-1";
  const parameter = (name: string) => `arn:aws:ssm:eu-west-1:${ACCOUNT}:parameter/${name}`;
  const ourCopy = { "aws:ResourceTag/keyferry:rekeyed-by": "acme" };
  const replaced = { "aws:ResourceTag/keyferry:replaced-by": "ami-2" };
  const viaEc2 = { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" };
  const forEbs = { ...viaEc2, "kms:GrantIsForAWSResource": "true" };
  const marking = { "aws:TagKeys": "keyferry:replaced-by" };
  const cases: readonly (readonly [what: string, may: boolean, call: Call])[] = [
    ["a copy of an image", true, ["ec2:CopyImage", image]],
    ["a copy of a snapshot", true, ["ec2:CopySnapshot", snapshot]],
    ["marking a replaced image", true, ["ec2:CreateTags", image, marking]],
    ["any other tag on an image", false, ["ec2:CreateTags", image, { "aws:TagKeys": "team" }]],
    [
      "a snapshot's tags on its copy",
      true,
      ["ec2:CreateTags", snapshot, { ...ourCopy, "aws:TagKeys": "team" }],
    ],
    [
      "lineage tags on a copy",
      false,
      ["ec2:CreateTags", snapshot, { ...ourCopy, "aws:TagKeys": "keyferry:rekeyed-from" }],
    ],
    ["sharing a copy", true, ["ec2:ModifyImageAttribute", image, ourCopy]],
    ["sharing any other image", false, ["ec2:ModifyImageAttribute", image]],
    [
      "sharing another topology's copy",
      false,
      ["ec2:ModifyImageAttribute", image, { "aws:ResourceTag/keyferry:rekeyed-by": "apex" }],
    ],
    ["removing a replaced image", true, ["ec2:DeregisterImage", image, replaced]],
    ["removing any other image", false, ["ec2:DeregisterImage", image]],
    ["deleting any other snapshot", false, ["ec2:DeleteSnapshot", snapshot]],
    [
      "changing an existing parameter",
      true,
      ["ssm:PutParameter", parameter("images/web"), { "ssm:Overwrite": "true" }],
    ],
    [
      "creating a parameter",
      false,
      ["ssm:PutParameter", parameter("images/web"), { "ssm:Overwrite": "false" }],
    ],
    [
      "the lease of the command",
      true,
      ["ssm:DeleteParameter", parameter("keyferry/acme/keys/app-data/lease")],
    ],
    ["the lease of a run", false, ["ssm:DeleteParameter", parameter("keyferry/acme/lease")]],
    ["a grant to EBS on a key of the topology", true, ["kms:CreateGrant", key, { ...ours, ...forEbs }]],
    ["a grant that is not for an AWS service", false, ["kms:CreateGrant", key, { ...ours, ...viaEc2 }]],
    ["decrypting through EC2", true, ["kms:Decrypt", key, { ...ours, ...viaEc2 }]],
    ["decrypting directly", false, ["kms:Decrypt", key, ours]],
    ["decrypting under a key without the topology's tag", false, ["kms:Decrypt", key, viaEc2]],
  ];
  test.each(cases)(
    "%s is allowed by the documented policy: %p; never without the rows of rekey",
    (_what, may, call) => {
      const rekeying = { ...ACCESS, rekeys: { keyArns: [] } };
      expect([allows(rekeying, call), allows(ACCESS, call)]).toEqual([may, false]);
    },
  );

  it("uses only the named keys of other accounts, and only through EC2", () => {
    const keyArns = ["arn:aws:kms:eu-west-1:111111111111:key/1"];
    const statements = deployPolicy({ ...ACCESS, rekeys: { keyArns } });
    const others = statements.filter(({ sid = "" }) => sid.includes("Others"));
    expect(others.map(({ resources }) => resources)).toEqual([keyArns, keyArns]);
    for (const { conditions } of others)
      expect(conditions).toMatchObject({ StringLike: { "kms:ViaService": ["ec2.*.amazonaws.com"] } });
  });
});
