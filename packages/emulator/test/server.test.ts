import { connect } from "node:net";
import { request } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { administratorOf, SRC, startTestCloud, type TestCloud } from "./lib/cloud";
import { ListKeysCommand } from "@aws-sdk/client-kms";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
});
afterAll(() => cloud.stop());

const MEBIBYTE = 1_048_576;
const scope = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=${SRC}/20260101/eu-west-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** The data that a raw connection receives until it is closed. */
function raw(text: string): Promise<string> {
  const { port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.once("close", () => resolve(answer)).once("error", reject);
  });
}

interface Sent {
  readonly status?: number;
  readonly body: string;
}

/** Sends the parts of a body separately, without announcing its length. */
function chunked(
  service: string,
  headers: Readonly<Record<string, string>>,
  parts: readonly (string | Buffer)[],
) {
  return new Promise<Sent>((resolve, reject) => {
    const outgoing = request(cloud.url, {
      method: "POST",
      headers: { authorization: scope(service), ...headers },
    });
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      let body = "";
      incoming.setEncoding("utf8").on("data", (text: string) => (body += text));
      incoming.once("end", () => resolve({ status: incoming.statusCode, body }));
    });
    for (const part of parts) outgoing.write(part);
    outgoing.end();
  });
}

/** Bytes in buffers that are still referenced. */
function kept(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().arrayBuffers;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const TARGET = { "x-amz-target": "TrentService.ListKeys" };

async function isUp(): Promise<boolean> {
  const { Keys } = await cloud.kms(administratorOf(SRC)).send(new ListKeysCommand({}));
  return Keys !== undefined;
}

test("a request may be sent in an unknown number of chunks", async () => {
  const { status, body } = await chunked("kms", TARGET, ["{", '"Limit"', ": 5", "}"]);
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ Truncated: false });
});

test.each([
  { service: "ec2", headers: FORM, says: "<Code>RequestEntityTooLarge</Code>" },
  { service: "sts", headers: FORM, says: "<Code>RequestEntityTooLarge</Code>" },
  { service: "kms", headers: TARGET, says: '"__type":"RequestEntityTooLarge"' },
  {
    service: "sqs",
    headers: { "x-amz-target": "AmazonSQS.SendMessage" },
    says: '"__type":"RequestEntityTooLarge"',
  },
])(
  "10 MB in chunks are too large for $service, regardless of the number of chunks, and are not kept",
  async (one) => {
    const part = Buffer.alloc(MEBIBYTE, "a");
    const parts = Array.from({ length: 10 }, () => part);
    const before = kept();
    for (let time = 0; time < 2; time++) {
      const { status, body } = await chunked(one.service, one.headers, parts);
      expect(status).toBe(413);
      expect(body).toContain(one.says);
    }
    // Data still in transit when the response arrives is released soon; if it is kept, the test times out.
    while (kept() - before > 10 * MEBIBYTE) await new Promise(setImmediate);
    expect(await isUp()).toBe(true);
  },
);

test("a client that disconnects in the middle of its request does not stop the server", async () => {
  const gone = raw(
    `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: ${scope("kms")}\r\nContent-Length: 100\r\n\r\n{`,
  );
  const { port } = new URL(cloud.url);
  const socket = connect(Number(port), "127.0.0.1", () => {
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    socket.resetAndDestroy();
  });
  await new Promise((resolve) => socket.once("close", resolve));
  expect(await isUp()).toBe(true);
  await cloud.stop();
  expect(await gone).toBe("");
  cloud = await startTestCloud();
});

test.each([
  "GARBAGE\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(70_000)}\r\n\r\n`,
])("a request that is not HTTP is refused: %j", async (text) => {
  expect(await raw(text)).toMatch(/^HTTP\/1\.1 (400|431) /);
  expect(await isUp()).toBe(true);
  expect(cloud.defects).toEqual([]);
});

test("a request that uses the server as its proxy is answered here, regardless of the host that it names", async () => {
  const line = `GET http://${SRC}.127.0.0.1:4566/v20180820/jobs HTTP/1.1`;
  const headers = `Host: ${SRC}.127.0.0.1\r\nConnection: close\r\nAuthorization: ${scope("s3")}\r\nx-amz-account-id: ${SRC}`;
  expect(await raw(`${line}\r\n${headers}\r\n\r\n`)).toContain("<ListJobsResult>");
});
