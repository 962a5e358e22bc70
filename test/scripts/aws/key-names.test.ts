import { isNamed } from "../../../scripts/aws/key-uses/key-names";

const ID = "11111111-2222-3333-4444-555555555555";
const KEY = {
  arn: `arn:aws:kms:eu-west-1:111111111111:key/${ID}`,
  aliases: ["alias/keyferry/acme/home"],
};

it.each([
  KEY.arn,
  ID,
  "alias/keyferry/acme/home",
  "arn:aws:kms:eu-west-1:111111111111:alias/keyferry/acme/home",
])("%s names the key", (value) => {
  expect(isNamed(KEY, value)).toBe(true);
});

it.each([
  undefined,
  "",
  `key/${ID}`,
  `arn:aws:kms:eu-central-1:111111111111:key/${ID}`,
  `arn:aws:kms:eu-west-1:222222222222:key/${ID}`,
  "alias/keyferry/acme/transit",
  "alias/keyferry/acme",
  "arn:aws:kms:eu-west-1:222222222222:alias/keyferry/acme/home",
])("%s names another key, or no key", (value) => {
  expect(isNamed(KEY, value)).toBe(false);
});
