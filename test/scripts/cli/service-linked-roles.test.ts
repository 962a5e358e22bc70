import { serviceLinkedRoles } from "../../../scripts/cli/stacks/service-linked-roles";
import { AwsCallError, type DeployerAccess } from "../../../scripts/aws";
import type { Plan } from "../../../scripts/terraform/outcome";
import type { Stack } from "../../../scripts/terraform/synthesised";
import { resolveTopology } from "../../../topology";
import { ACME } from "../../_helpers/topologies";

const topology = resolveTopology({
  ...ACME,
  keys: {
    data: {
      account: "builder",
      regions: ["eu-west-1"],
      launchGrants: [
        { account: "prod" },
        { account: "prod", customSuffix: "batch" },
        { account: "staging", awsServiceName: "spot.amazonaws.com" },
      ],
    },
  },
});

/** @param answer AWS's response to each call */
function prepared(stack: string, action: Plan["changes"][number]["action"], answer: () => Promise<boolean>) {
  const asked: (string | undefined)[][] = [];
  const roles = ({ account }: { account: { name: string } }) => ({
    createServiceLinkedRole: (...role: (string | undefined)[]) => {
      asked.push([account.name, ...role]);
      return answer();
    },
  });
  const prepare = serviceLinkedRoles(topology, () => ({ roles }) as unknown as DeployerAccess);
  const changes = [{ address: "aws_kms_grant.one", type: "aws_kms_grant", action }];
  const plan: Plan = { changes, awaits: [] };
  return prepare({ name: stack } as Stack, plan).then((diagnostics) => ({ asked, diagnostics }));
}

const refused = (code: string) => () =>
  Promise.reject(
    new AwsCallError(
      { operation: "CreateServiceLinkedRole", account: "333333333333", region: "eu-west-1" },
      { code, message: "AWS's words", transient: false },
    ),
  );

test("every role of the account that gets a grant is created, whether or not it exists already", async () => {
  for (const isNew of [true, false]) {
    expect(await prepared("foundation-grants-prod", "create", () => Promise.resolve(isNew))).toEqual({
      asked: [
        ["prod", "autoscaling.amazonaws.com", undefined],
        ["prod", "autoscaling.amazonaws.com", "batch"],
      ],
      diagnostics: [],
    });
  }
});

test("no role is created without a new grant, or for another stack", async () => {
  const nothing = { asked: [], diagnostics: [] };
  expect(await prepared("foundation-grants-prod", "delete", () => Promise.resolve(true))).toEqual(nothing);
  expect(await prepared("consumers-prod", "create", () => Promise.resolve(true))).toEqual(nothing);
});

test("a deploy role without permission to create roles continues, because they may exist; any other error stops the stack", async () => {
  const { diagnostics } = await prepared("foundation-grants-staging", "create", refused("AccessDenied"));
  expect(diagnostics).toEqual([]);
  const stopped = await prepared("foundation-grants-staging", "create", refused("LimitExceeded"));
  expect(stopped.diagnostics).toMatchObject([
    {
      severity: "error",
      summary: "the service-linked role of spot.amazonaws.com could not be created in 333333333333",
      detail: expect.stringContaining("AWS's words") as string,
    },
  ]);
});
