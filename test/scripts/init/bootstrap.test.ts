import { execFileSync } from "node:child_process";
import { DEPLOYER_USES } from "../../../scripts/cli/commands/bootstrap";
import { cliLines } from "../../../scripts/init/bootstrap/cli-lines";
import { cloudFormationTemplate } from "../../../scripts/init/bootstrap/cloudformation";
import { deployRoles } from "../../../scripts/init/bootstrap/deploy-roles";
import { terraformBlocks } from "../../../scripts/init/bootstrap/terraform";
import {
  deployedAccounts,
  EMPTY_LOCK,
  mergeLock,
  resolveTopology,
  type DeployerUses,
  type TopologyInput,
} from "../../../topology";

const INPUT: TopologyInput = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    direct: { id: "333333333333", deployRole: false, profile: "direct" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [
        {
          account: "prod",
          regions: ["eu-central-1"],
          launch: { instanceType: "t3.micro", instanceProfile: "web" },
        },
        { account: "direct", regions: ["eu-central-1"] },
      ],
      publishTo: "/images/web",
    },
  },
};

function rolesOf(input: TopologyInput = INPUT, uses: DeployerUses = {}, lock = EMPTY_LOCK) {
  const locked = mergeLock(resolveTopology(input), lock);
  return { locked, roles: deployRoles(locked, deployedAccounts(locked), uses) };
}

interface Document {
  readonly Statement: readonly { readonly Sid: string; readonly Resource?: readonly string[] }[];
}
const sids = (document: object) => (document as Document).Statement.map(({ Sid }) => Sid);

test("every account that Terraform accesses through a role has one; only an account that launches is allowed to create groups", () => {
  const { roles } = rolesOf();
  expect(roles.map(({ account, roleName }) => [account.name, roleName])).toEqual([
    ["builder", "keyferry-deploy"],
    ["prod", "keyferry-deploy"],
  ]);
  expect(roles.map(({ inline }) => sids(inline).includes("MakeGroups"))).toEqual([false, true]);
  expect(roles[1]?.instanceRoles).toEqual(["web"]);
});

test("permissions that Terraform does not need are added only on request", () => {
  const without = rolesOf().roles.flatMap(({ inline }) => sids(inline));
  for (const sid of ["DeleteOwnKeys", "RotateOwnKeys", "ImportKeyMaterial", "ReadEventHistory"])
    expect(without).not.toContain(sid);
  const all = Object.assign({}, ...Object.values(DEPLOYER_USES)) as DeployerUses;
  const named = { ...INPUT, keys: { data: { account: "prod", regions: ["eu-central-1"], imported: true } } };
  const [, prod] = rolesOf(named, all).roles;
  expect(sids(prod?.inline ?? {})).toEqual(
    expect.arrayContaining(["DeleteOwnKeys", "RotateOwnKeys", "ImportKeyMaterial", "ReadEventHistory"]),
  );
});

test("an account that left the topology, and a bucket that no rule names any more, stay accessible", () => {
  const buckets = {
    docs: {
      from: { account: "builder", region: "eu-west-1", bucket: "acme-docs" },
      to: [{ account: "prod", regions: ["eu-central-1"], bucket: "acme-docs-prod" }],
    },
  };
  const { lock } = rolesOf({ ...INPUT, buckets }).locked;
  const { builder, direct } = INPUT.accounts;
  const left: TopologyInput = {
    ...INPUT,
    accounts: { builder: builder!, direct: direct! },
    images: { web: { ...INPUT.images!["web"]!, to: [{ account: "direct", regions: ["eu-central-1"] }] } },
  };
  const { roles } = rolesOf(left, {}, lock);
  expect(roles.map(({ account }) => account.name)).toEqual(["builder", "prod"]);
  expect(JSON.stringify(roles[0]?.inline)).toContain("acme-docs");
  expect(JSON.stringify(roles[1]?.inline)).toContain("acme-docs-prod");
  expect(sids(roles[1]?.inline ?? {})).toContain("MakeGroups");
});

test("the role of the account with Terraform's state can access that state, and no other topology's", () => {
  const state = { bucket: "acme-terraform", region: "eu-west-1" };
  const [builder, prod] = rolesOf({ ...INPUT, state }).roles;
  const of = (document: object) =>
    (document as Document).Statement.find(({ Sid }) => Sid === "KeepState")?.Resource;
  expect(of(builder?.inline ?? {})).toEqual(["arn:aws:s3:::acme-terraform/acme/*"]);
  expect(of(prod?.inline ?? {})).toBeUndefined();
});

test("an account that has only the bucket of Terraform's state can access only that", () => {
  const accounts = { ...INPUT.accounts, tools: { id: "444444444444" }, idle: { id: "555555555555" } };
  const state = { bucket: "acme-terraform", region: "eu-west-1", account: "tools" };
  const { roles } = rolesOf({ ...INPUT, accounts, state });
  expect(roles.map(({ account }) => account.name)).toEqual(["builder", "prod", "tools"]);
  expect(sids(roles[2]?.inline ?? {})).toEqual(["FindState", "KeepState"]);
});

/** More statements than fit into an inline policy. */
const MANY: TopologyInput = {
  ...INPUT,
  buckets: Object.fromEntries(
    Array.from({ length: 200 }, (_, index) => [
      `docs${index}`,
      {
        from: {
          account: "builder",
          region: "eu-west-1",
          bucket: `acme-documents-of-department-${index}`,
        },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
      },
    ]),
  ),
};

test("statements that do not fit into an inline policy are in managed policies that IAM accepts", () => {
  for (const { inline, managed } of rolesOf(MANY).roles) {
    expect(JSON.stringify(inline).length).toBeLessThanOrEqual(10_240);
    expect(managed.length).toBeGreaterThan(0);
    for (const { document } of managed) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
  }
});

test("a shell parses every policy from the AWS CLI commands unchanged", () => {
  const { roles } = rolesOf(MANY);
  const script = `aws() { printf '%s\\n' "$@"; }\n${cliLines(roles)}`;
  const words = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\n");
  for (const { trust, inline, managed } of roles)
    for (const document of [trust, inline, ...managed.map((one) => one.document)])
      expect(words).toContain(JSON.stringify(document));
});

test("one CloudFormation template has every role, each only for its own account", () => {
  const template = cloudFormationTemplate(rolesOf(MANY).roles) as {
    Conditions: Record<string, object>;
    Resources: Record<string, { Condition: string }>;
  };
  expect(template.Conditions).toEqual({
    Is111111111111: { "Fn::Equals": [{ Ref: "AWS::AccountId" }, "111111111111"] },
    Is222222222222: { "Fn::Equals": [{ Ref: "AWS::AccountId" }, "222222222222"] },
  });
  for (const [name, { Condition }] of Object.entries(template.Resources))
    expect(name).toContain(Condition.slice(2));
});

test("Terraform finds no expression in the text of a policy", () => {
  const [role] = rolesOf().roles;
  const odd = { Statement: [{ Resource: "arn:aws:s3:::b/${aws:username}" }] };
  const blocks = JSON.stringify(terraformBlocks([{ ...role!, inline: odd }]));
  expect(blocks).toContain("$${aws:username}");
  expect(blocks).not.toMatch(/[^$]\$\{aws:/);
});
