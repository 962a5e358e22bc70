import { BadPattern, checkPattern, matches } from "../../../services/events/pattern";

const event = {
  source: "aws.ec2",
  "detail-type": "EBS Snapshot Notification",
  resources: ["arn:aws:ec2:eu-west-1::snapshot/snap-1"],
  detail: { event: "copySnapshot", result: "failed", cause: "" },
};

test.each([
  [{ source: ["aws.ec2"], detail: { event: ["copySnapshot"], result: ["failed"] } }, true],
  [{ source: ["aws.ec2"], detail: { event: ["copySnapshot"], result: ["succeeded"] } }, false],
  [{ detail: { event: ["createSnapshot", "copySnapshot"] } }, true],
  [{ resources: [{ prefix: "arn:aws:ec2:eu-west-1:" }] }, true],
  [{ resources: [{ suffix: "snap-2" }] }, false],
  [{ resources: [{ wildcard: "*:snapshot/*" }] }, true],
  [{ resources: [{ wildcard: "*:image/*" }] }, false],
  [{ detail: { result: [{ "anything-but": "succeeded" }] } }, true],
  [{ detail: { result: [{ "anything-but": ["failed", "succeeded"] }] } }, false],
  [{ detail: { event: [{ "anything-but": { prefix: "copy" } }] } }, false],
  [{ detail: { event: [{ "equals-ignore-case": "COPYSNAPSHOT" }] } }, true],
  [{ detail: { transferType: [{ exists: false }] } }, true],
  [{ detail: { cause: [{ exists: false }] } }, false],
  [{ detail: { transferType: ["standard"] } }, false],
  [{ $or: [{ source: ["aws.kms"] }, { detail: { result: ["failed"] } }] }, true],
  [{ $or: [{ source: ["aws.kms"] }, { detail: { result: ["succeeded"] } }] }, false],
])("%j matches the event: %s", (pattern, expected) => {
  expect(matches(pattern, event)).toBe(expected);
});

test.each([
  [{ detail: { result: "failed" } }, "result must be an object or an array"],
  [{ detail: { size: [{ numeric: [">", 1] }] } }, "numeric is not one of"],
  [["aws.ec2"], "an event pattern is an object"],
])("%j is refused", (pattern, message) => {
  expect(() => checkPattern(pattern)).toThrow(BadPattern);
  expect(() => checkPattern(pattern)).toThrow(message);
});
