import { createClock } from "../../sandbox/clock";
import { control } from "../../sandbox/control";
import type { WireRequest } from "../../sandbox/wire/message";

const START = Date.parse("2030-01-01T00:00:00Z");
const clock = createClock(
  1,
  () => undefined,
  () => START,
);

function ask(method: string, path: string, body = "") {
  const query = new URLSearchParams();
  const request: WireRequest = { method, path, query, rawQuery: "", headers: {}, body: Buffer.from(body) };
  return control(clock, "1.2.3", request);
}

test("health says that the cloud is ready, its version and its time", async () => {
  const answer = await ask("GET", "/_rehearsal/health");
  expect(answer?.status).toBe(200);
  expect(JSON.parse(String(answer?.body))).toMatchObject({ ready: true, version: "1.2.3", scale: 1 });
});

test("advance moves the cloud's time", async () => {
  const answer = await ask("POST", "/_rehearsal/advance", '{"seconds": 60}');
  expect(JSON.parse(String(answer?.body))).toMatchObject({ now: "2030-01-01T00:01:00.000Z" });
});

test("scale changes the pace", async () => {
  await ask("POST", "/_rehearsal/scale", '{"scale": 5}');
  expect(clock.scale).toBe(5);
});

test.each([
  ["POST", "/_rehearsal/advance", '{"seconds": -1}', 400],
  ["POST", "/_rehearsal/advance", "{", 400],
  ["POST", "/_rehearsal/scale", '{"scale": 0}', 400],
  ["GET", "/_rehearsal/advance", "", 405],
  ["GET", "/_rehearsal/nothing", "", 404],
])("%s %s with %s is refused", async (method, path, body, status) => {
  expect((await ask(method, path, body))?.status).toBe(status);
});

test("paths of buckets are none of its business", async () => {
  expect(await ask("GET", "/rehearsal/health")).toBeUndefined();
});
