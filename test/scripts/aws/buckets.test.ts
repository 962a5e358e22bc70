import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bucketsPort } from "../../../scripts/aws/buckets";
import type { Place } from "../../../topology";

/** How the port distinguishes objects with customer-provided keys (SSE-C) from calls that S3 refuses with the same bare 400. */

const TAGS = "<Tagging><TagSet><Tag><Key>team</Key><Value>web</Value></Tag></TagSet></Tagging>";
const EXPIRED = "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>";

let server: Server;
/** The response to GetObjectTagging. */
let tagging: readonly [status: number, body: string];
let endpoint: string | undefined;
beforeAll(async () => {
  endpoint = process.env["AWS_ENDPOINT_URL"];
  server = createServer(({ method }, response) => {
    const [status, body] = method === "HEAD" ? ([400, ""] as const) : tagging;
    response.writeHead(status, { "content-type": "application/xml" }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  if (endpoint === undefined) delete process.env["AWS_ENDPOINT_URL"];
  else process.env["AWS_ENDPOINT_URL"] = endpoint;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function look() {
  const place = { account: { id: "111111111111" }, region: "eu-west-1" } as Place;
  const credentials = () => Promise.resolve({ accessKeyId: "111111111111", secretAccessKey: "secret" });
  return bucketsPort(place, { credentials }).look("documents", "a", "v-1");
}

test("an object whose tags can be read but whose headers cannot is encrypted with a customer-provided key", async () => {
  tagging = [200, TAGS];
  expect(await look()).toEqual({ customerKey: true, bucketKey: false, tagCount: 1 });
});

test("a call that S3 refuses for another reason fails with that reason", async () => {
  tagging = [400, EXPIRED];
  await expect(look()).rejects.toMatchObject({ answer: { code: "ExpiredToken" } });
});
