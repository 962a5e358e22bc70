import type { Topology } from "../../../topology";
import {
  proveTopology,
  synthesisedDocuments,
  tableDocuments,
  type SynthesisedStack,
} from "../../../topology/proof";
import { synthesisedTopology } from "../../_helpers/synthesised";
import { acme, buckets, mutual } from "../../_helpers/topologies";

type Stacks = Readonly<Record<string, SynthesisedStack>>;

const topology = acme();
const stacks: Stacks = synthesisedTopology(topology);

/** The stacks with one text replaced by another in one of them. */
function edited(name: string, from: string | RegExp, to: string): Stacks {
  const before = JSON.stringify(stacks[name]);
  const after = before.replace(from, to);
  expect(after).not.toBe(before);
  return { ...stacks, [name]: JSON.parse(after) as SynthesisedStack };
}

const prove = (of: Topology, read: Stacks) => {
  const { documents, unread } = synthesisedDocuments(of, read);
  return { ...proveTopology(of, documents), unread };
};

describe("synthesised stacks", () => {
  test.each([
    ["one builder and two destinations", topology, stacks],
    ["two accounts that both send and receive", mutual(), synthesisedTopology(mutual())],
    ["buckets with cyclic replication, and existing buckets", buckets(), synthesisedTopology(buckets())],
  ])("contain exactly the documents of the permission table: %s", (_what, of, read) => {
    const { documents, unread } = synthesisedDocuments(of, read);
    const table = tableDocuments(of);
    expect(unread).toEqual([]);
    expect(new Map([...documents.keys].sort())).toEqual(new Map([...table.keys].sort()));
    expect(new Map([...(documents.buckets ?? [])].sort())).toEqual(
      new Map([...(table.buckets ?? [])].sort()),
    );
    expect(new Map([...documents.roles].sort())).toEqual(new Map([...table.roles].sort()));
    expect(prove(of, read).ok).toBe(true);
  });

  test("fail if a stack is missing, and the error says what is missing and where", () => {
    const rest = Object.fromEntries(
      Object.entries(stacks).filter(([name]) => name !== "foundation-keys-builder"),
    );
    const { failures, unread } = prove(topology, rest);
    expect(failures.length).toBeGreaterThan(0);
    expect(unread.join("\n")).toMatch(/foundation-access-prod: .*known only after deployment/);
  });

  test("fail for the jobs that need a statement that was removed", () => {
    const { failures } = prove(
      topology,
      edited("foundation-access-staging", /"kms:GenerateDataKeyWithoutPlaintext\\*"/, '"kms:ListGrants\\"'),
    );
    expect(failures.flatMap(({ jobs }) => jobs)).toEqual(["web -> staging eu-west-1"]);
    expect(failures[0]?.missing).toMatchObject([{ account: "333333333333", side: "identity" }]);
  });

  test("fail if a policy allows too much, even though every job works", () => {
    const { failures, leaks } = prove(
      topology,
      edited("foundation-keys-prod", "AWSServiceRoleForAutoScaling", "AWSServiceRoleForECS"),
    );
    expect(failures.length).toBeGreaterThan(0);
    expect(leaks).toEqual([]);
    const opened = prove(
      topology,
      edited(
        "foundation-access-prod",
        /kms:CreateGrant\\*"\],/,
        'kms:CreateGrant\\",\\"kms:PutKeyPolicy\\"],',
      ),
    );
    expect(opened.failures).toEqual([]);
    expect(opened.leaks.map(({ request }) => request.action)).toContain("kms:PutKeyPolicy");
  });

  test("are reported if a policy is not JSON, or a resource cannot be checked", () => {
    const keys = stacks["foundation-keys-prod"]?.resource?.["aws_kms_key"] ?? {};
    const broken = {
      ...stacks,
      "foundation-keys-prod": {
        ...stacks["foundation-keys-prod"],
        resource: {
          ...stacks["foundation-keys-prod"]?.resource,
          aws_kms_key: Object.fromEntries(
            Object.entries(keys).map(([id, body]) => [id, { ...body, policy: "{" }]),
          ),
          aws_kms_grant: { one: {} },
        },
      },
    };
    const { unread, ok } = prove(topology, broken);
    expect(ok).toBe(false);
    expect(unread.join("\n")).toMatch(
      /is not JSON[^]*aws_kms_grant\.one names a key or a role that is known only after deployment/,
    );
  });

  test("with managed policies in addition to the inline policy are read completely", () => {
    const access = stacks["foundation-access-prod"];
    const [id = "", inline = {}] = Object.entries(access?.resource?.["aws_iam_role_policy"] ?? {})[0] ?? [];
    const policy = JSON.parse(String(inline["policy"])) as { Statement: unknown[] };
    const part = (statements: unknown[]) => JSON.stringify({ ...policy, Statement: statements });
    const divided = {
      ...stacks,
      "foundation-access-prod": {
        ...access,
        resource: {
          ...access?.resource,
          aws_iam_role_policy: { [id]: { ...inline, policy: part(policy.Statement.slice(0, 5)) } },
          aws_iam_policy: { more: { name: "more", policy: part(policy.Statement.slice(5)) } },
          aws_iam_role_policy_attachment: {
            more: { role: inline["role"], policy_arn: "${aws_iam_policy.more.arn}" },
          },
        },
      },
    };
    expect(prove(topology, divided).ok).toBe(true);
  });

  test("can contain IAM policy variables in Terraform's escaped form", () => {
    const { documents } = synthesisedDocuments(
      topology,
      edited("foundation-access-prod", "parameter/images/web", "parameter/$${aws:username}"),
    );
    expect(JSON.stringify([...documents.roles.values()])).toContain("parameter/${aws:username}");
  });
});
