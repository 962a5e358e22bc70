import fc from "fast-check";
import { createClock } from "../../sandbox/clock";
import { composeFrame } from "../../sandbox/compose";
import { dispatch } from "../../sandbox/dispatch";
import type { WireRequest, WireResponse } from "../../sandbox/wire/message";
import { FakeMoto } from "./lib/fake-moto";

const defects: unknown[] = [];
const clock = createClock(1, (error) => defects.push(error));
const frame = composeFrame(clock, new FakeMoto().forward, (error) => defects.push(error));
afterAll(() => clock.stop());

const RUNS = { numRuns: 300 };
const SERVICES = ["ec2", "kms", "sts", "iam", "ssm", "autoscaling", "s3", "cloudtrail", "sqs", ""] as const;
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

/** The code of an error, in whichever of AWS's shapes it comes; undefined for what no client could read. */
function codeOf({ headers, body }: WireResponse): string | undefined {
  const text = String(body);
  if (headers["content-type"]?.includes("json")) return (JSON.parse(text) as { __type?: string }).__type;
  return /<Code>([^<]+)<\/Code>/.exec(text)?.[1];
}

function expectAnswer(response: WireResponse, method = "POST"): void {
  // A 500 would be repeated for minutes.
  expect(response.status).toBeLessThan(500);
  expect(defects.splice(0)).toEqual([]);
  if (response.status >= 400 && method !== "HEAD") expect(codeOf(response)).toMatch(/^[A-Za-z.]+$/);
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

test("whatever is in the signature, the answer is an error that AWS could give", () =>
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

test("whatever is in a form, known operation or not, the server answers", () =>
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

test("whatever is in a JSON body, well formed or not, the server answers", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("kms", "ssm", "cloudtrail"),
      anyOperation,
      fc.oneof(
        fc.dictionary(name, fc.jsonValue(), { maxKeys: 5 }).map((value) => JSON.stringify(value)),
        fc.json(),
        fc.string(),
      ),
      async (service, operation, body) => {
        const headers = { authorization: scope(service), "x-amz-target": `TrentService.${operation}` };
        expectAnswer(await send({ headers, body: Buffer.from(body) }));
      },
    ),
    RUNS,
  ));

test("whatever is asked of S3, malformed XML and paths included, the server answers", () =>
  fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"),
      fc.oneof(
        fc.webPath(),
        fc.string({ unit: "grapheme-ascii" }).map((path) => `/${path}`),
      ),
      fc.webQueryParameters(),
      fc.constantFrom("", "<", "<a><b></a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<Tagging>\u0000"),
      async (method, path, rawQuery, body) => {
        const headers = { authorization: scope("s3") };
        expectAnswer(await send({ method, path, rawQuery, headers, body: Buffer.from(body) }), method);
      },
    ),
    RUNS,
  ));

test.each(["ec2", "kms", "iam"])("a body of 10 MB is too large for %s", async (service) => {
  const headers = { authorization: scope(service), "content-type": FORM, "x-amz-target": "T.ListKeys" };
  const answer = await send({ headers, body: Buffer.alloc(10 * 1024 * 1024, "a") });
  expect([answer.status, codeOf(answer)]).toEqual([413, "RequestEntityTooLarge"]);
});

test("an unknown operation is refused by name, with a status that clients do not repeat", async () => {
  const headers = { authorization: scope("ec2"), "content-type": FORM };
  const answer = await send({ headers, body: Buffer.from("Action=MakeCoffee") });
  expect([answer.status, codeOf(answer)]).toEqual([400, "UnsupportedOperation"]);
  expect(String(answer.body)).toContain("MakeCoffee");
});
