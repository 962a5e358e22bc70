import { startTestCloud, type TestCloud } from "./lib/cloud";

let cloud: TestCloud;
beforeEach(async () => {
  cloud = await startTestCloud();
});
afterEach(() => cloud.stop());

test("health says that the cloud is ready, its version and its time", async () => {
  expect(await cloud.control("GET", "health")).toMatchObject({ ready: true, version: "1.2.3", scale: 1 });
});

test("advance moves the cloud's time", async () => {
  const before = cloud.clock.now().getTime();
  const { now } = await cloud.control("POST", "advance", { seconds: 60 });
  expect(Date.parse(now) - before).toBe(60_000);
});

test("scale changes the pace", async () => {
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

test("a web page in a browser has no control", async () => {
  const headers = { origin: "https://example.com" };
  const { status } = await fetch(`${cloud.url}/_rehearsal/reset`, { method: "POST", headers });
  expect(status).toBe(403);
});
