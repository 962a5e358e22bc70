import { anyCharacter } from "../../../test/_helpers/any-character";
import fc from "../../../test/_helpers/fast-check";
import { createClock } from "../clock";
import { composeFrame } from "../compose";
import { dispatch } from "../dispatch";
import type { WireRequest, WireResponse } from "../wire/message";
import { FakeMoto } from "./lib/fake-moto";

const defects: unknown[] = [];
const clock = createClock(1, (error) => defects.push(error));
const frame = composeFrame(clock, new FakeMoto().forward, (error) => defects.push(error));
afterAll(() => clock.stop());

const RUNS = { numRuns: 300 };
const SERVICES = [...frame.services.map(({ name }) => name), "kinesis", ""];
const JSON_SERVICES = frame.services.filter(({ protocol }) => protocol === "json").map(({ name }) => name);
const FORM = "application/x-www-form-urlencoded";

const scope = (service: string, account = "111111111111") =>
  `AWS4-HMAC-SHA256 Credential=${account}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

function send(part: Partial<WireRequest> & { body?: Buffer }): Promise<WireResponse> {
  const rawQuery = part.rawQuery ?? "";
  return dispatch(frame, {
    method: "POST",
    path: "/",
    headers: {},
    body: Buffer.alloc(0),
    ...part,
    query: new URLSearchParams(rawQuery),
    rawQuery,
  });
}

/** The code of an error, in any of AWS's formats; undefined for a body that no client could read. */
function codeOf({ headers, body }: WireResponse): string | undefined {
  const text = String(body);
  if (headers["content-type"] === "application/cbor") return /__type.([A-Za-z]+)/.exec(text)?.[1];
  if (headers["content-type"]?.includes("json")) return (JSON.parse(text) as { __type?: string }).__type;
  return /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
}

function expectAnswer(response: WireResponse, method = "POST"): void {
  // Clients would retry a 500 for minutes.
  expect(response.status).toBeLessThan(500);
  expect(defects.splice(0)).toEqual([]);
  if (response.status >= 400 && method !== "HEAD")
    expect(codeOf(response)).toMatch(/^(com\.amazonaws\.\w+#)?[A-Za-z.]+$/);
}

const operations = Object.fromEntries(
  frame.services.map(({ name, operations: own, forwarded }) => [
    name,
    [...Object.keys(own), ...Object.keys(forwarded)],
  ]),
);
const anyService = fc.constantFrom(...SERVICES);
const anyOperation = fc.oneof(
  fc.constantFrom(...Object.values(operations).flat(), "toString", "__proto__", "constructor"),
  fc.string(),
);
const name = fc.oneof(
  fc.constantFrom("KeyId", "ImageId.1", "Filter.1.Name", "Filter.1.Value.1", "RoleArn", "Name", "Policy"),
  fc.string({ maxLength: 12 }),
);
const headerText = fc.string({ unit: "grapheme-ascii" });

test("any content of the signature is answered with an error that AWS could return", () =>
  fc.assert(
    fc.asyncProperty(
      headerText,
      headerText,
      fc.constantFrom(FORM, "application/xml", ""),
      async (a, b, type) => {
        for (const authorization of [
          a,
          `AWS4-HMAC-SHA256 Credential=${b}`,
          scope("ec2", "ASIANOBODY"),
          scope(b),
        ]) {
          const answer = await send({
            headers: { authorization, "content-type": type, "x-amz-security-token": a },
          });
          expectAnswer(answer);
        }
      },
    ),
    RUNS,
  ));

test("any content of a form is answered, for known and unknown operations", () =>
  fc.assert(
    fc.asyncProperty(
      anyService,
      anyOperation,
      fc.array(fc.tuple(name, fc.string()), { maxLength: 6 }),
      async (service, operation, members) => {
        const form = new URLSearchParams([["Action", operation], ...members]);
        const headers = { authorization: scope(service), "content-type": FORM };
        expectAnswer(await send({ headers, body: Buffer.from(form.toString()) }));
      },
    ),
    RUNS,
  ));

/** Members of many JSON operations; a test gives them values of any kind. */
const member = fc.constantFrom(
  ...[
    "KeyId",
    "Policy",
    "GrantTokens",
    "Operations",
    "Constraints",
    "EncryptionContext",
    "Plaintext",
    "Tags",
  ],
  ...["Name", "Names", "Value", "Overwrite", "LookupAttributes", "StartTime", "MaxResults", "NextToken"],
  ...["TableName", "ResourceArn", "QueueUrl", "QueueName", "tags", "tagKeys", "logGroupName", "ServiceCode"],
);

test("any kind of value in a member of a JSON operation is answered", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(
        ...JSON_SERVICES.flatMap((service) => (operations[service] ?? []).map((o) => [service, o] as const)),
      ),
      fc.dictionary(member, fc.jsonValue({ maxDepth: 2, stringUnit: anyCharacter }), { maxKeys: 6 }),
      async ([service, operation], input) => {
        const headers = { authorization: scope(service), "x-amz-target": `TrentService.${operation}` };
        expectAnswer(await send({ headers, body: Buffer.from(JSON.stringify(input)) }));
      },
    ),
    { numRuns: 200 },
  ));

test("any request to a service with REST and JSON, and to one with CBOR, is answered", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD"),
      fc.constantFrom("/2015-03-31/functions", "/2015-03-31/functions/x", "/2017-03-31/tags/arn", "/x"),
      fc.constantFrom<Record<string, string>>({}, { "smithy-protocol": "rpc-v2-cbor" }),
      fc.constantFrom("lambda", "batch"),
      fc.oneof(fc.json({ stringUnit: anyCharacter }), fc.string()),
      async (method, path, more, service, body) => {
        const headers = { authorization: scope(service, "ASIANOBODY"), ...more };
        expectAnswer(await send({ method, path, headers, body: Buffer.from(body) }), method);
        const byAdministrator = { ...headers, authorization: scope(service) };
        expectAnswer(await send({ method, path, headers: byAdministrator, body: Buffer.from(body) }), method);
      },
    ),
    { numRuns: 100 },
  ));

const CONFIGURATIONS = ["replication", "versioning", "encryption", "policy", "tagging", "delete", "uploads"];
const XML = [
  "",
  "<",
  "<a><b></a>",
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  "<Tagging>\u0000",
  "{}",
  "[]",
];

test("any configuration of a bucket is answered, including malformed XML", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("PUT", "POST"),
      fc.constantFrom(...CONFIGURATIONS),
      fc.oneof(fc.constantFrom(...XML), fc.string()),
      async (method, rawQuery, body) => {
        const headers = { authorization: scope("s3") };
        await send({ method: "PUT", path: "/bucket", headers });
        expectAnswer(await send({ method, path: "/bucket", rawQuery, headers, body: Buffer.from(body) }));
      },
    ),
    { numRuns: 100 },
  ));

test("any signer of a presigned request is answered", () =>
  fc.assert(
    fc.asyncProperty(fc.string(), fc.constantFrom("s3", "sts", "x"), async (text, service) => {
      for (const credential of [text, `111111111111/20260101/${text}/${service}/aws4_request`]) {
        const query = new URLSearchParams({ "X-Amz-Credential": credential, "X-Amz-Security-Token": text });
        expectAnswer(await send({ method: "GET", path: "/bucket/key", rawQuery: query.toString() }));
      }
    }),
    { numRuns: 100 },
  ));

test("any JSON body is answered, well formed or not", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...JSON_SERVICES),
      anyOperation,
      fc.oneof(
        fc
          .dictionary(name, fc.jsonValue({ stringUnit: anyCharacter }), { maxKeys: 5 })
          .map((value) => JSON.stringify(value)),
        fc.json({ stringUnit: anyCharacter }),
        fc.string(),
      ),
      async (service, operation, body) => {
        const headers = { authorization: scope(service), "x-amz-target": `TrentService.${operation}` };
        expectAnswer(await send({ headers, body: Buffer.from(body) }));
      },
    ),
    RUNS,
  ));

/** Sometimes every character of Unicode in the form of URLs; fast-check's own URLs have a table of all of them. */
const urlText = (punctuation: string) =>
  fc.string({
    unit: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom(...URL_CHARACTERS, ...punctuation) },
      { weight: 1, arbitrary: anyCharacter.map(percentEncoded) },
    ),
  });
const percentEncoded = (character: string) =>
  Buffer.from(character)
    .toString("hex")
    .replace(/../g, (byte) => `%${byte}`);
const URL_CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";
const urlPath = fc.array(urlText("")).map((segments) => segments.map((segment) => `/${segment}`).join(""));
const urlQuery = urlText("/?");

test("any request to S3 is answered, including malformed XML and paths", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"),
      fc.oneof(
        urlPath,
        fc.string({ unit: "grapheme-ascii" }).map((path) => `/${path}`),
      ),
      urlQuery,
      fc.constantFrom("", "<", "<a><b></a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<Tagging>\u0000"),
      async (method, path, rawQuery, body) => {
        const headers = { authorization: scope("s3") };
        expectAnswer(await send({ method, path, rawQuery, headers, body: Buffer.from(body) }), method);
      },
    ),
    { numRuns: 100 },
  ));

test.each(["ec2", "kms", "iam"])("a body of 10 MB is too large for %s", async (service) => {
  const headers = { authorization: scope(service), "content-type": FORM, "x-amz-target": "T.ListKeys" };
  const answer = await send({ headers, body: Buffer.alloc(10 * 1024 * 1024, "a") });
  expect([answer.status, codeOf(answer)]).toEqual([413, "RequestEntityTooLarge"]);
});

test("an unknown operation is refused by name, with a status that clients do not retry", async () => {
  const headers = { authorization: scope("ec2"), "content-type": FORM };
  const answer = await send({ headers, body: Buffer.from("Action=MakeCoffee") });
  expect([answer.status, codeOf(answer)]).toEqual([400, "UnsupportedOperation"]);
  expect(String(answer.body)).toContain("MakeCoffee");
});
