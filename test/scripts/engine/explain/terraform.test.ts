import { explainWords, readWords } from "../../../../scripts/engine/explain";

test.each([
  ["Error: reading KMS Alias (alias/web): couldn't find resource", "no key with this alias"],
  ["Error: reading KMS Alias (alias/web): empty result", "no key with this alias"],
  ["Error: reading KMS Alias (alias/keyferry/acme/home): couldn't find resource", "is not deployed"],
  [
    "Error: waiting for KMS Key (1234abcd-12ab-34cd-56ef-1234567890ab) policy propagation: timeout while waiting for state to become 'TRUE' (last state: 'FALSE', timeout: 10m0s)",
    "waits until KMS returns exactly the key policy",
  ],
  [
    'Error: "kms_key_id" (alias/web) is an invalid ARN: arn: invalid prefix',
    "takes the ARN of the key itself",
  ],
  [
    'Unable to locate credentials. You can configure credentials by running "aws configure".',
    "no AWS credentials",
  ],
  ["The config profile (prod) could not be found", "the named profile does not exist"],
  ["Error loading SSO Token: Token for acme does not exist", "IAM Identity Center has ended"],
  [
    "Error when retrieving token from sso: Token has expired and refresh failed",
    "IAM Identity Center has ended",
  ],
  [
    'Could not connect to the endpoint URL: "https://kms.eu-west-9.amazonaws.com/"',
    "the Region is misspelled",
  ],
  [
    'You must specify a region. You can also configure your region by running "aws configure".',
    "no Region is set",
  ],
])("a message of Terraform or the AWS CLI itself is explained: %s", (text, cause) => {
  const [heard, ...more] = readWords(text);
  expect(more).toEqual([]);
  expect(explainWords(heard ?? { message: "" }).cause).toContain(cause);
});
