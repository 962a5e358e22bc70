import http from "node:http";
import type { AddressInfo } from "node:net";
import { assumedRole } from "../../../scripts/aws/credentials";
import { Stage } from "../fake-aws/stage";

const HOUR = 3600;

/** An STS that returns one-hour sessions by its own clock, and how far this machine's clock is behind it. */
async function sts(secondsBehind = 0) {
  let seconds = Date.parse("2026-01-01T00:00:00Z") / 1000;
  let given = 0;
  let closed = false;
  const server = http.createServer((_request, response) => {
    given += 1;
    response.statusCode = closed ? 403 : 200;
    const end = new Date((seconds + secondsBehind + HOUR) * 1000).toISOString();
    response.end(closed ? REFUSED : session(`ASIA${given}`, end));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { topology } = new Stage();
  const [account] = topology.accounts;
  if (account === undefined) throw new TypeError("no account");
  const role = { account, roleName: "runner", sessionName: "test", region: "eu-west-1" };
  const provider = assumedRole(topology, role, {
    credentials: async () => ({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" }),
    time: { now: () => seconds * 1000, sleep: async () => undefined },
  });
  return {
    keyOf: async () => (await provider()).accessKeyId,
    provider,
    pass: (passed: number) => void (seconds += passed),
    close: (is: boolean) => void (closed = is),
    now: () => seconds * 1000,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function session(accessKeyId: string, expiration: string): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const REFUSED = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
  <Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`;

describe("the session of a runner role", () => {
  const before = process.env["AWS_ENDPOINT_URL"];
  let cloud: Awaited<ReturnType<typeof sts>>;
  afterEach(async () => {
    await cloud.stop();
    if (before === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = before;
  });

  it("is shared by all concurrent and later requests while it is valid", async () => {
    cloud = await sts();
    expect(await Promise.all([cloud.keyOf(), cloud.keyOf()])).toEqual(["ASIA1", "ASIA1"]);
    cloud.pass(54 * 60);
    expect(await cloud.keyOf()).toBe("ASIA1");
  });

  it("is renewed repeatedly, some minutes before it expires", async () => {
    cloud = await sts();
    await cloud.keyOf();
    cloud.pass(56 * 60);
    expect(await cloud.keyOf()).toBe("ASIA2");
    cloud.pass(56 * 60);
    expect(await cloud.keyOf()).toBe("ASIA3");
  });

  it.each([
    ["behind", 3],
    ["ahead of", -3],
  ])("is valid for exactly one hour on a machine whose clock is hours %s AWS's", async (_, hours) => {
    cloud = await sts(hours * HOUR);
    const { expiration } = await cloud.provider();
    expect(expiration?.getTime()).toBe(cloud.now() + HOUR * 1000);
    cloud.pass(54 * 60);
    expect(await cloud.keyOf()).toBe("ASIA1");
    cloud.pass(2 * 60);
    expect(await cloud.keyOf()).toBe("ASIA2");
  });

  it("is requested again by the next caller after a refusal", async () => {
    cloud = await sts();
    cloud.close(true);
    await expect(cloud.keyOf()).rejects.toMatchObject({ answer: { code: "ExpiredToken" } });
    cloud.close(false);
    expect(await cloud.keyOf()).toBe("ASIA2");
  });
});
