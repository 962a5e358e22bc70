import {
  CreateGrantCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EncryptCommand,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import { EVENTS_KEPT, History } from "../../trail/history";
import { administratorOf, DST, policy, REGION, SRC, startTestCloud, type TestCloud } from "../lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

/** LookupEvents as a client calls it; the JSON of its response. */
async function lookup(account: string, input: object = {}): Promise<any> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/${REGION}/cloudtrail/aws4_request, SignedHeaders=host, Signature=0`,
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    },
    body: JSON.stringify(input),
  });
  return response.json();
}

const byName = (name: string) => ({
  LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: name }],
});
const recordsOf = async (account: string, name: string): Promise<any[]> =>
  (await lookup(account, byName(name))).Events.map((event: any) => JSON.parse(event.CloudTrailEvent));

async function sharedKey(): Promise<string> {
  const kms = cloud.kms(administratorOf(SRC));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const open = policy({ Principal: { AWS: [SRC, DST] }, Action: "kms:*", Resource: "*" });
  await kms.send(new PutKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, Policy: JSON.stringify(open) }));
  return KeyMetadata?.Arn ?? "";
}

test("a call is in the caller's history, in CloudTrail's format", async () => {
  const KeyId = await sharedKey();
  const [record] = await recordsOf(SRC, "CreateKey");
  expect(record).toMatchObject({
    eventSource: "kms.amazonaws.com",
    eventName: "CreateKey",
    awsRegion: REGION,
    eventType: "AwsApiCall",
    recipientAccountId: SRC,
    readOnly: false,
    userIdentity: { type: "IAMUser", accountId: SRC, accessKeyId: SRC, userName: "administrator" },
    responseElements: { keyMetadata: { arn: KeyId } },
  });
});

test("a use of another account's key is in both histories, with one shared id", async () => {
  const KeyId = await sharedKey();
  await cloud.kms(administratorOf(DST)).send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }));
  const [caller] = await recordsOf(DST, "Encrypt");
  const [owner] = await recordsOf(SRC, "Encrypt");
  expect(owner.sharedEventID).toBe(caller.sharedEventID);
  expect(owner.eventID).not.toBe(caller.eventID);
  expect([caller.recipientAccountId, owner.recipientAccountId]).toEqual([DST, SRC]);
  expect(owner.userIdentity).toMatchObject({ type: "AWSAccount", accountId: DST });
  expect(owner.resources).toEqual([{ accountId: SRC, type: "AWS::KMS::Key", ARN: KeyId }]);
  expect(JSON.stringify(caller)).not.toContain(Buffer.from("x").toString("base64"));
});

test("a denied use is in the caller's history only", async () => {
  const { KeyMetadata } = await cloud.kms(administratorOf(SRC)).send(new CreateKeyCommand({}));
  const call = cloud.kms(administratorOf(DST)).send(new DescribeKeyCommand({ KeyId: KeyMetadata?.Arn }));
  await expect(call).rejects.toThrow("not authorized");
  expect(await recordsOf(DST, "DescribeKey")).toMatchObject([{ errorCode: "AccessDenied" }]);
  expect(await recordsOf(SRC, "DescribeKey")).toEqual([]);
});

test("a session is recorded with its role", async () => {
  const trust = policy({ Principal: { AWS: SRC }, Action: "sts:AssumeRole" });
  const all = policy({ Action: "kms:*", Resource: "*" });
  const role = cloud.moto.addRole(SRC, "runner", { trust, policies: { all } });
  await cloud.kms(await cloud.session(SRC, role)).send(new CreateKeyCommand({}));
  const [record] = await recordsOf(SRC, "CreateKey");
  expect(record.userIdentity).toMatchObject({
    type: "AssumedRole",
    sessionContext: { sessionIssuer: { type: "Role", arn: role, userName: "runner" } },
  });
});

test("events are looked up by resource and time, newest first, in pages that do not overlap", async () => {
  const KeyId = await sharedKey();
  const kms = cloud.kms(administratorOf(SRC));
  await kms.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal: `arn:aws:iam::${DST}:root`, Operations: ["Decrypt"] }),
  );
  const resource = { LookupAttributes: [{ AttributeKey: "ResourceName", AttributeValue: KeyId }] };
  const first = await lookup(SRC, { ...resource, MaxResults: 1 });
  const second = await lookup(SRC, { ...resource, MaxResults: 1, NextToken: first.NextToken });
  expect([...first.Events, ...second.Events].map(({ EventName }: any) => EventName)).toEqual([
    "CreateGrant",
    "PutKeyPolicy",
  ]);
  const later = Math.floor(cloud.clock.now().getTime() / 1000) + 10;
  expect((await lookup(SRC, { StartTime: later })).Events).toEqual([]);
});

test.each([
  [{ MaxResults: 51 }, "InvalidMaxResultsException"],
  [{ NextToken: "none" }, "InvalidNextTokenException"],
  [{ StartTime: 2, EndTime: 1 }, "InvalidTimeRangeException"],
  [
    { LookupAttributes: [{ AttributeKey: "Color", AttributeValue: "red" }] },
    "InvalidLookupAttributesException",
  ],
])("%j is refused with %s", async (input, code) => {
  expect((await lookup(SRC, input)).__type).toBe(code);
});

test("a history keeps its newest events, regardless of their number", () => {
  const history = new History({ now: () => new Date(0) });
  const entry = { recipient: SRC, region: REGION, source: "s", identity: {}, readOnly: true };
  for (let n = 0; n < EVENTS_KEPT + 5; n++) history.record({ ...entry, name: String(n) });
  const names = history.of(SRC, REGION).map(({ name }) => Number(name));
  expect(names).toHaveLength(EVENTS_KEPT);
  expect([names[0], names.at(-1)]).toEqual([EVENTS_KEPT + 4, 5]);
});

test("an event can be looked up for 90 days", async () => {
  await sharedKey();
  await cloud.clock.advance(89 * 86_400);
  expect(await recordsOf(SRC, "CreateKey")).toHaveLength(1);
  await cloud.clock.advance(2 * 86_400);
  expect(await recordsOf(SRC, "CreateKey")).toEqual([]);
});

test("operations on messages are not management events", async () => {
  const send = (operation: string) =>
    fetch(cloud.url, {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${SRC}/20260101/${REGION}/sqs/aws4_request, SignedHeaders=host, Signature=0`,
        "x-amz-target": `AmazonSQS.${operation}`,
      },
      body: JSON.stringify({ QueueUrl: `${cloud.url}/${SRC}/orders` }),
    });
  await send("SendMessage");
  await send("PurgeQueue");
  expect(await recordsOf(SRC, "SendMessage")).toEqual([]);
  expect(await recordsOf(SRC, "PurgeQueue")).toHaveLength(1);
});
