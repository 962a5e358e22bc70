import { Agent, request } from "node:http";

/**
 * The benchmark's second process: calls DescribeImages by id over persistent connections, as fast as the responses arrive.
 * Usage: sandbox-client.ts URL IMAGE CALLS CONNECTIONS; prints the elapsed seconds.
 */
const [url = "", imageId = "", calls = "", connections = ""] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const body = `Action=DescribeImages&Version=2016-11-15&ImageId.1=${imageId}`;
const headers = {
  authorization:
    "AWS4-HMAC-SHA256 Credential=111111111111/20260101/eu-west-1/ec2/aws4_request, SignedHeaders=host, Signature=0",
  "content-type": "application/x-www-form-urlencoded; charset=utf-8",
  "content-length": String(body.length),
};

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, method: "POST", headers }, (incoming) => {
      incoming.resume();
      incoming.once("end", () =>
        incoming.statusCode === 200 ? resolve() : reject(new TypeError(`status ${incoming.statusCode}`)),
      );
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

async function main(): Promise<void> {
  let left = Number(calls);
  const worker = async (): Promise<void> => {
    while (left-- > 0) await ask();
  };
  const startedAt = process.hrtime.bigint();
  await Promise.all(Array.from({ length: Number(connections) }, worker));
  console.log(Number(process.hrtime.bigint() - startedAt) / 1e9);
  agent.destroy();
}

void main();
