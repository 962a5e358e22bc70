import { createClock } from "../clock";
import { composeFrame } from "../compose";
import { dispatch, type Frame } from "../dispatch";
import type { Forward } from "../moto/forward";
import type { WireRequest, WireResponse } from "../wire/message";
import { FakeMoto } from "./lib/fake-moto";
import { policy, SRC, trusting } from "./lib/cloud";

interface Ask {
  readonly service: string;
  readonly key?: string;
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };

function request({
  service,
  key = SRC,
  method = "POST",
  path = "/",
  query = "",
  body = "",
  headers = FORM,
}: Ask): WireRequest {
  const scope = `${key}/20300101/eu-west-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`;
  return {
    method,
    path,
    query: new URLSearchParams(query),
    rawQuery: query,
    headers: { ...headers, authorization },
    body: Buffer.from(body),
  };
}

function frameOn(forward: Forward): { readonly frame: Frame; readonly defects: unknown[] } {
  const defects: unknown[] = [];
  const onDefect = (error: unknown) => void defects.push(error);
  return { defects, frame: composeFrame(createClock(1, onDefect), forward, onDefect) };
}

const answered: Forward = () => Promise.resolve({ status: 200, headers: {}, body: "from moto" });
const { frame } = frameOn(answered);
const text = ({ body }: WireResponse) => body.toString();

test("EC2 errors have EC2's format", async () => {
  const response = await dispatch(
    frame,
    request({ service: "ec2", body: "Action=CreateFpgaImage&Version=2016-11-15" }),
  );
  expect(response.status).toBe(400);
  expect(text(response)).toMatch(
    /<Response><Errors><Error><Code>UnsupportedOperation<\/Code><Message>.*ec2:CreateFpgaImage.*<\/Message><\/Error><\/Errors><RequestID>/,
  );
});

test("Query protocol errors have its format", async () => {
  const response = await dispatch(frame, request({ service: "sts", body: "Action=AssumeRoot" }));
  expect(text(response)).toContain(
    "<ErrorResponse><Error><Type>Sender</Type><Code>UnsupportedOperation</Code>",
  );
});

test("JSON errors have their type in body and header", async () => {
  const headers = { "x-amz-target": "TrentService.ConnectCustomKeyStore" };
  const response = await dispatch(frame, request({ service: "kms", headers, body: "{}" }));
  expect(JSON.parse(text(response))).toMatchObject({ __type: "UnsupportedOperation" });
  expect(response.headers["x-amzn-errortype"]).toBe("UnsupportedOperation");
});

test("a body that is not JSON is a serialization error", async () => {
  const headers = { "x-amz-target": "TrentService.Encrypt" };
  const response = await dispatch(frame, request({ service: "kms", headers, body: "{" }));
  expect(JSON.parse(text(response))).toMatchObject({ __type: "SerializationException" });
});

test("S3 errors have S3's format, and no body for HEAD", async () => {
  const ask = { service: "s3", path: "/bucket", query: "torrent", headers: {} };
  expect(text(await dispatch(frame, request({ ...ask, method: "GET" })))).toContain(
    "<Error><Code>NotImplemented</Code>",
  );
  const head = await dispatch(frame, request({ ...ask, method: "HEAD" }));
  expect([head.status, text(head)]).toEqual([400, ""]);
});

test.each([
  ["ec2", "Action=DescribeRegions", FORM, "AuthFailure"],
  ["sts", "Action=GetCallerIdentity", FORM, "InvalidClientTokenId"],
  ["kms", "{}", { "x-amz-target": "TrentService.ListKeys" }, "UnrecognizedClientException"],
  ["s3", "", {}, "InvalidAccessKeyId"],
])("%s has its own error code for an unknown access key", async (service, body, headers, code) => {
  const response = await dispatch(frame, request({ service, body, headers, key: "AKIAIOSFODNN7EXAMPLE" }));
  expect(text(response)).toContain(code);
});

test("an unsigned request is refused", async () => {
  const response = await dispatch(frame, { ...request({ service: "sts" }), headers: FORM });
  expect([response.status, text(response)]).toEqual([
    403,
    expect.stringContaining("MissingAuthenticationToken"),
  ]);
});

test("a presigned request counts as signed", async () => {
  const scope = encodeURIComponent(`${SRC}/20300101/eu-west-1/sts/aws4_request`);
  const query = `Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Credential=${scope}`;
  const presigned = { ...request({ service: "sts", method: "GET", query }), headers: {} };
  expect(text(await dispatch(frame, presigned))).toContain(`<Account>${SRC}</Account>`);
});

/** A framework in front of a moto that answers IAM, and a session whose role may do everything. */
async function withSession() {
  const moto = new FakeMoto();
  const role = moto.addRole(SRC, "all", {
    trust: trusting(SRC),
    policies: { p: policy({ Action: "*", Resource: "*" }) },
  });
  const { frame: withRoles } = frameOn((sent, account, credential) =>
    credential.service === "iam"
      ? moto.forward(sent, account, credential)
      : answered(sent, account, credential),
  );
  const form = { Action: "AssumeRole", RoleArn: role, RoleSessionName: "test" };
  const body = new URLSearchParams(form).toString();
  const session = text(await dispatch(withRoles, request({ service: "sts", body })));
  const [, key = ""] = /<AccessKeyId>(.+?)</.exec(session) ?? [];
  const [, token = ""] = /<SessionToken>(.+?)</.exec(session) ?? [];
  return { frame: withRoles, key, token };
}

test("a service that is not modelled is answered by moto for administrators, and refused for sessions", async () => {
  const { frame: withRoles, key, token } = await withSession();
  const streams = { "x-amz-target": "Kinesis_20131202.ListStreams" };

  const byAdministrator = await dispatch(
    withRoles,
    request({ service: "kinesis", headers: streams, body: "{}" }),
  );
  expect(text(byAdministrator)).toBe("from moto");
  const headers = { ...streams, "x-amz-security-token": token };
  const bySession = await dispatch(withRoles, request({ service: "kinesis", headers, key, body: "{}" }));
  expect([bySession.status, JSON.parse(text(bySession))]).toMatchObject([
    400,
    { __type: "UnsupportedOperation" },
  ]);
});

test("a dry run of EC2 is answered after authorisation, also for operations that moto answers", async () => {
  const response = await dispatch(
    frame,
    request({ service: "ec2", body: "Action=DescribeVpcs&DryRun=true" }),
  );
  expect([response.status, text(response)]).toEqual([412, expect.stringContaining("DryRunOperation")]);
});

test("a defect is reported, and answered with a status that clients do not retry", async () => {
  const broken = frameOn(() => Promise.reject(new TypeError("the pipe broke")));
  const response = await dispatch(broken.frame, request({ service: "ec2", body: "Action=DescribeVpcs" }));
  expect([response.status, text(response)]).toEqual([400, expect.stringContaining("InternalFailure")]);
  expect(broken.defects).toHaveLength(1);
});

test("a queue's redrive policy has no spaces that the client did not send", async () => {
  const Attributes = {
    RedrivePolicy: '{"deadLetterTargetArn": "arn:x", "maxReceiveCount": 3}',
    DelaySeconds: "0",
  };
  const stored: Forward = () =>
    Promise.resolve({ status: 200, headers: {}, body: JSON.stringify({ Attributes }) });
  const headers = { "x-amz-target": "AmazonSQS.GetQueueAttributes" };
  const body = JSON.stringify({ QueueUrl: `http://127.0.0.1/${SRC}/orders` });
  const response = await dispatch(frameOn(stored).frame, request({ service: "sqs", headers, body }));
  const RedrivePolicy = '{"deadLetterTargetArn":"arn:x","maxReceiveCount":3}';
  expect(JSON.parse(text(response))).toEqual({ Attributes: { ...Attributes, RedrivePolicy } });
});

test.each([
  ["a REST service", "GET", {}, '{"__type":"UnsupportedOperation"'],
  [
    "a service that speaks CBOR",
    "POST",
    { "smithy-protocol": "rpc-v2-cbor" },
    "\u00a2f__typetUnsupportedOperation",
  ],
])(
  "sessions are refused with the error of %s when the service is not modelled",
  async (_what, method, more, begins) => {
    const { frame: withRoles, key, token } = await withSession();
    const headers = { ...more, "x-amz-security-token": token };
    const answer = await dispatch(withRoles, request({ service: "batch", method, headers, key }));
    expect(answer.status).toBe(400);
    expect(Buffer.from(answer.body).toString("latin1").slice(0, begins.length)).toBe(begins);
  },
);
