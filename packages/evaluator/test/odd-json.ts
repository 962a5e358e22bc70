import type { Dice } from "./dice";

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  "",
  "*",
  "${",
  "${aws:x, 'y'}",
  "\u0000",
  [],
  {},
  [[]],
].concat([
  { AWS: "*" },
  { __proto__: null },
  JSON.parse('{"__proto__": {"AWS": "*"}}'),
  { Bool: { "x:a": true } },
  { IpAddress: { "x:a": ["1/99", "::/0", ":::"] } },
  { DateLessThan: { "x:a": "never" } },
  { "ForAllValues:Null": { "x:a": "true" } },
  "arn:::",
  "arn:aws:s3:::${x:a",
  "Allow",
  [null, { Effect: "Allow" }],
]);

/** A JSON value in which some parts, at any depth, are replaced by unexpected ones. */
export function withOddParts(roll: Dice, json: unknown): unknown {
  if (roll.oneIn(12)) return roll.one(ODD);
  if (Array.isArray(json)) return json.map((item) => withOddParts(roll, item));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [
      roll.oneIn(40) ? roll.one(["", "Statement", "Principal", "NotAction", "toString", "constructor"]) : key,
      withOddParts(roll, value),
    ]),
  );
}
