import { administratorOf, DST as OTHER, SRC as ACCOUNT, startTestCloud, type TestCloud } from "./lib/cloud";

let cloud: TestCloud;
afterEach(() => cloud.stop());

/** Asks Service Quotas, as a client's JSON protocol does. */
async function quotas(account: string, operation: string, input: object): Promise<any> {
  const { accessKeyId } = administratorOf(account);
  const answer = await fetch(cloud.url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `ServiceQuotasV20190624.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/eu-west-1/servicequotas/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  return answer.json();
}

const PUBLIC = { ServiceCode: "ec2", QuotaCode: "L-0E3CBAB9" };
const valueIn = async (account: string) => (await quotas(account, "GetServiceQuota", PUBLIC)).Quota?.Value;

test("quotas that are set hold for everybody, or for one account, and Service Quotas shows them", async () => {
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

test("quotas of the start come back with a reset", async () => {
  cloud = await startTestCloud({ quotas: { publicImages: 2 } });
  await cloud.control("PUT", "quotas", { quotas: { publicImages: 7 } });
  await cloud.control("POST", "reset");
  expect(await valueIn(ACCOUNT)).toBe(2);
});

test("quotas are listed by service, in pages, as AWS shapes them", async () => {
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
