import { eventText } from "../../../scripts/report/event-text";
import { nodeTitle } from "../../../scripts/report/node-title";

test.each([
  ["web/final/prod/eu-central-1", "web -> prod eu-central-1"],
  ["web/transit/builder/eu-west-1", "web (transit) builder eu-west-1"],
  ["web/final/prod/eu-central-1/retire", "web -> prod eu-central-1, retire"],
  ["service-linked-role/prod", "service-linked-role/prod"],
])("the name of %s in texts is %s", (id, title) => {
  expect(nodeTitle(id)).toBe(title);
});

test("a waiting run reports which rules wait, for which lease and who holds it", () => {
  const because =
    "the lease /keyferry/acme/lease is held by run a (process 7 on ci) until 2026-01-01T00:10:00Z";
  expect(eventText({ code: "LeaseAwaited", rules: ["web", "api"], because })).toBe(
    `web, api: waiting, ${because}`,
  );
});

test("the log, the result and the live table use the same name for a copy", () => {
  const node = "web/final/prod/eu-central-1";
  expect(
    eventText({
      code: "CopyStarted",
      node,
      imageId: "ami-2",
      fromImageId: "ami-1",
      origin: "ami-1",
      attempt: 1,
    }),
  ).toBe("web -> prod eu-central-1: copying ami-1 to ami-2");
  expect(eventText({ code: "TaskSkipped", task: `${node}/retire`, because: node })).toBe(
    "web -> prod eu-central-1, retire not started, because web -> prod eu-central-1 failed",
  );
});

test.each([
  [528, 0, "(less than 1 MiB)"],
  [1024 ** 2, 0, "(1 MiB)"],
  [1.46 * 1024 ** 3, 1, "(1.5 GiB); an earlier run had copied 1 part of it"],
  [12.4 * 1024 ** 3, 30, "(12 GiB); an earlier run had copied 30 parts of it"],
  [5e12, 0, "(4.5 TiB)"],
])("an object of %d bytes is reported with a readable size", (bytes, resumed, words) => {
  const node = "web/final/prod/eu-central-1";
  expect(
    eventText({ code: "ObjectCopied", node, bucket: "images", key: "web/ami-1.bin", bytes, resumed }),
  ).toBe(`web -> prod eu-central-1: copied the object images/web/ami-1.bin ${words}`);
});
