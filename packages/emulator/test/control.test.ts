import { get } from "node:http";
import { isFromHere } from "../loopback";
import { startTestCloud, type TestCloud } from "./lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

test("health returns that the cloud is ready, its version and its time", async () => {
  expect(await cloud.control("GET", "health")).toMatchObject({ ready: true, version: "1.2.3", scale: 1 });
});

test("memory is reported separately for the server and for moto", async () => {
  const { memory } = await cloud.control("GET", "memory");
  expect(memory.moto).toBe(4096);
  expect(memory.server).toBeGreaterThan(1_000_000);
});

test("advance moves the cloud's time", async () => {
  const before = cloud.clock.now().getTime();
  const { now } = await cloud.control("POST", "advance", { seconds: 60 });
  expect(Date.parse(now) - before).toBe(60_000);
});

test("scale changes the speed", async () => {
  await cloud.control("POST", "scale", { scale: 5 });
  expect(cloud.clock.scale).toBe(5);
});

test.each([
  ["POST", "advance", { seconds: -1 }, 400],
  ["POST", "advance", Buffer.from("{"), 400],
  ["POST", "scale", { scale: 0 }, 400],
  ["GET", "advance", undefined, 405],
  ["GET", "nothing", undefined, 404],
  ["PUT", "state", Buffer.from("no dump"), 409],
  ["PUT", "faults", { faults: {} }, 400],
])("%s %s with %j is refused", async (method, path, body, status) => {
  expect((await cloud.control(method, path, body)).status).toBe(status);
});

describe("access to the controls", () => {
  const ask = (host: string, peer?: string) => {
    return isFromHere({ headers: { host }, peer });
  };

  test.each([
    ["localhost", true],
    ["LOCALHOST:4566", true],
    ["cloud.localhost:4566", true],
    ["127.0.0.1:4566", true],
    ["127.9.9.9", true],
    ["[::1]:4566", true],
    ["[::ffff:127.0.0.1]", true],
    ["example.com:4566", false],
    ["127.0.0.1.example.com", false],
    ["localhost.example.com", false],
    ["2130706433", false],
    ["10.0.0.1", false],
    ["[fe80::1]", false],
    ["localhost@example.com", false],
    ["", false],
  ])("a request to %j: %s", (host, expected) => {
    expect(ask(host, "127.0.0.1")).toBe(expected);
  });

  test.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["192.168.1.5", false],
    ["::ffff:192.168.1.5", false],
    ["fe80::1", false],
  ])("a client at %s: %s", (peer, expected) => {
    expect(ask("localhost", peer)).toBe(expected);
  });

  test("a request with another host name reaches AWS's API and not the controls", async () => {
    const { port } = new URL(cloud.url);
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "rebound.example.com" };
      get({ host: "127.0.0.1", port, path: "/_rehearsal/health", headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on("error", reject);
    });
    expect(status).toBe(403);
  });
});

test("a web page in a browser cannot use the controls", async () => {
  const headers = { origin: "https://example.com" };
  const { status } = await fetch(`${cloud.url}/_rehearsal/reset`, { method: "POST", headers });
  expect(status).toBe(403);
});
