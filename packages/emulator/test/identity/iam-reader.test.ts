import { AwsError, type JsonObject, type Moto } from "../../contract";
import { IamReader } from "../../identity/iam-reader";

const ACCOUNT = "111111111111";
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [] });
const MANAGED = `arn:aws:iam::${ACCOUNT}:policy/shared`;

/** IAM's responses for the user `ci`, which has a policy of every kind, also through the group `ops`. */
const ANSWERS: Readonly<Record<string, JsonObject>> = {
  GetUser: { User: { Arn: `arn:aws:iam::${ACCOUNT}:user/ci`, UserId: "AIDA00000000000000001" } },
  ListGroupsForUser: { Groups: [{ GroupName: "ops" }] },
  ListUserPolicies: { PolicyNames: ["inline"] },
  GetUserPolicy: { PolicyDocument: POLICY },
  ListAttachedUserPolicies: { AttachedPolicies: [{ PolicyArn: MANAGED }] },
  ListGroupPolicies: { PolicyNames: ["team"] },
  GetGroupPolicy: { PolicyDocument: POLICY },
  ListAttachedGroupPolicies: { AttachedPolicies: [] },
  GetPolicy: { Policy: { DefaultVersionId: "v1" } },
  GetPolicyVersion: { PolicyVersion: { Document: POLICY } },
};

/** A reader of an IAM in which the requested entities are deleted immediately before some operations read them. */
function readerWithout(...gone: readonly string[]): IamReader {
  const query = (_service: string, _account: string, _region: string, operation: string) => {
    const answer = ANSWERS[operation];
    return gone.includes(operation) || answer === undefined
      ? Promise.reject(new AwsError("NoSuchEntity", `${operation}: it cannot be found.`, 404))
      : Promise.resolve(answer);
  };
  return new IamReader({ query } as unknown as Moto, "aws");
}

const policiesOf = async (reader: IamReader) =>
  (await reader.user(ACCOUNT, "ci"))?.identity.map(({ name }) => name);

test("a user has its own policies and those of its groups", async () => {
  expect(await policiesOf(readerWithout())).toEqual([
    "inline policy inline of user ci",
    "managed policy shared",
    "inline policy team of group ops",
  ]);
});

test.each([
  ["the group's policies", ["ListGroupPolicies", "ListAttachedGroupPolicies"], 2],
  ["a policy of the group", ["GetGroupPolicy"], 2],
  ["an inline policy", ["GetUserPolicy"], 2],
  ["a managed policy", ["GetPolicy"], 2],
  ["its version", ["GetPolicyVersion"], 2],
  ["everything but the name", ["ListGroupsForUser", "ListUserPolicies", "ListAttachedUserPolicies"], 0],
])(
  "a policy that is deleted while it is read grants nothing, and is not an error: %s",
  async (_what, gone, left) => {
    expect(await policiesOf(readerWithout(...gone))).toHaveLength(left);
  },
);

test("a user that does not exist is distinguished from one without policies", async () => {
  expect(await readerWithout("GetUser").user(ACCOUNT, "ci")).toBeUndefined();
});
