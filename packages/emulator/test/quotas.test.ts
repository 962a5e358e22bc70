import {
  administratorOf,
  DST as OTHER,
  policy,
  SRC as ACCOUNT,
  startTestCloud,
  trusting,
  type Credentials,
  type TestCloud,
} from "./lib/cloud";

let cloud: TestCloud;
afterEach(() => cloud.stop());

/** Calls Service Quotas, as a client's JSON protocol does. */
function quotas(account: string, operation: string, input: object): Promise<any> {
  return quotasAs(administratorOf(account), operation, input);
}

async function quotasAs(caller: Credentials, operation: string, input: object): Promise<any> {
  const { accessKeyId, sessionToken } = caller;
  const answer = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `ServiceQuotasV20190624.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/servicequotas/aws4_request, SignedHeaders=host, Signature=0`,
      ...(sessionToken === undefined ? {} : { "x-amz-security-token": sessionToken }),
    },
    body: JSON.stringify(input),
  });
  return answer.json();
}

const PUBLIC = { ServiceCode: "ec2", QuotaCode: "L-0E3CBAB9" };
const valueIn = async (account: string) => (await quotas(account, "GetServiceQuota", PUBLIC)).Quota?.Value;

test("quotas can be set for every account or for one, and Service Quotas shows them", async () => {
  cloud = await startTestCloud();
  expect(await valueIn(ACCOUNT)).toBe(5);
  await cloud.control("PUT", "quotas", { quotas: { publicImages: 7 } });
  await cloud.control("PUT", "quotas", { quotas: { publicImages: 9 }, account: OTHER });
  expect([await valueIn(ACCOUNT), await valueIn(OTHER)]).toEqual([7, 9]);
  expect(await quotas(OTHER, "GetAWSDefaultServiceQuota", PUBLIC)).toMatchObject({ Quota: { Value: 5 } });
  expect(await cloud.control("GET", "quotas")).toMatchObject({
    quotas: { publicImages: 7, snapshotCopies: 20, imageCopies: 300 },
    accounts: { [OTHER]: { publicImages: 9 } },
  });
  await cloud.control("DELETE", "quotas");
  expect([await valueIn(ACCOUNT), await valueIn(OTHER)]).toEqual([5, 5]);
});

test("a reset restores the initial quotas", async () => {
  cloud = await startTestCloud({ quotas: { publicImages: 2 } });
  await cloud.control("PUT", "quotas", { quotas: { publicImages: 7 } });
  await cloud.control("POST", "reset");
  expect(await valueIn(ACCOUNT)).toBe(2);
});

test("quotas are listed by service, in pages, in AWS's format", async () => {
  cloud = await startTestCloud();
  const first = await quotas(ACCOUNT, "ListServiceQuotas", { ServiceCode: "ec2", MaxResults: 2 });
  const rest = await quotas(ACCOUNT, "ListServiceQuotas", {
    ServiceCode: "ec2",
    NextToken: first.NextToken,
  });
  const names = [...first.Quotas, ...rest.Quotas].map(({ QuotaName }) => QuotaName);
  expect(names).toEqual(["AMIs", "Public AMIs", "AMI sharing"]);
  expect(first.Quotas[0]).toEqual({
    ServiceCode: "ec2",
    ServiceName: "Amazon Elastic Compute Cloud (Amazon EC2)",
    QuotaArn: `arn:aws:servicequotas:eu-west-1:${ACCOUNT}:ec2/L-B665C33B`,
    QuotaCode: "L-B665C33B",
    QuotaName: "AMIs",
    Value: 50_000,
    Unit: "None",
    Adjustable: true,
    GlobalQuota: false,
  });
  expect(await quotas(ACCOUNT, "ListServiceQuotas", { ServiceCode: "tea" })).toMatchObject({
    __type: expect.stringContaining("NoSuchResourceException"),
  });
});

test("a quota whose code is not known is found by its name, with the enforced value", async () => {
  cloud = await startTestCloud({ quotas: { snapshotCopies: 5 } });
  const named = async (operation: string) => {
    const { Quotas } = await quotas(ACCOUNT, operation, { ServiceCode: "ebs" });
    return Quotas.find(
      ({ QuotaName }: any) => QuotaName === "Concurrent snapshot copies per destination Region",
    );
  };
  const shown = { ServiceCode: "ebs", Adjustable: false, GlobalQuota: false };
  expect(await named("ListServiceQuotas")).toMatchObject({ ...shown, Value: 5 });
  expect(await named("ListAWSDefaultServiceQuotas")).toMatchObject({ ...shown, Value: 20 });
  expect(await named("ListServiceQuotas")).not.toHaveProperty("QuotaCode");
});

test("a pagination token that was not issued here is refused", async () => {
  cloud = await startTestCloud();
  expect(await quotas(ACCOUNT, "ListServiceQuotas", { ServiceCode: "ebs", NextToken: "tea" })).toMatchObject({
    __type: expect.stringContaining("InvalidPaginationTokenException"),
  });
});

test("a session sees quotas only as far as its role's policy allows", async () => {
  cloud = await startTestCloud();
  const policies = { quotas: policy({ Action: "servicequotas:ListServiceQuotas", Resource: "*" }) };
  const role = cloud.moto.addRole(ACCOUNT, "reader", { trust: trusting(ACCOUNT), policies });
  const session = await cloud.session(ACCOUNT, role);
  const ebs = { ServiceCode: "ebs" };
  expect((await quotasAs(session, "ListServiceQuotas", ebs)).Quotas).toHaveLength(3);
  expect(await quotasAs(session, "ListAWSDefaultServiceQuotas", ebs)).toMatchObject({
    __type: expect.stringContaining("AccessDeniedException"),
    message: expect.stringContaining("not authorized to perform: servicequotas:ListAWSDefaultServiceQuotas"),
  });
});

test.each([
  [{ quotas: { tea: 1 } }, /there is no quota tea; known: imageCopies, snapshotCopies/],
  [{ quotas: { images: -1, snapshots: "x" } }, /images must be .*; snapshots must be/],
  [{ quotas: 5 }, /must be an object/],
  [{ quotas: {}, account: "1" }, /account must be 12 digits/],
])("%j is refused", async (body, expected) => {
  cloud = await startTestCloud();
  expect(await cloud.control("PUT", "quotas", body)).toMatchObject({
    status: 400,
    error: expect.stringMatching(expected),
  });
});
