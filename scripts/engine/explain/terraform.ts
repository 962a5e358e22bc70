import { DEPLOY, type Side } from "./entry";

/** A message of Terraform or the AWS CLI, and what it means. */
interface TerraformEntry {
  readonly text: RegExp;
  readonly cause: string;
  /** One sentence; `<account>` and `<region>` are filled in. */
  readonly fix: string;
  readonly side: Side;
}

/** Errors of Terraform, its AWS provider and the AWS CLI themselves, without an error from AWS. */
const ENTRIES: readonly TerraformEntry[] = [
  {
    // Terraform calls it a lock that it cannot acquire.
    text: /Unsupported state file format|state file could not be parsed/i,
    cause: "the file with Terraform's state is damaged",
    fix: "restore an earlier one: the .backup file next to a local state, or an earlier version of the object in the bucket",
    side: "user",
  },
  {
    text: /Error acquiring the state lock/i,
    cause: "another deployment is running on this stack, or one was killed and left its lock",
    fix: "wait for the other one; if there is none, run `terraform force-unlock` with the lock's ID in the stack's directory",
    side: "user",
  },
  {
    text: /Unable to find remote state|This object does not have an attribute named "cross-stack-output/,
    cause: "the stack reads an output of another stack, which has not been deployed, or not since it changed",
    fix: `deploy the foundation as a whole: ${DEPLOY}`,
    side: "user",
  },
  {
    text: /reading KMS Alias \(alias\/keyferry\/[^)]*\): (?:empty result|couldn't find resource)/,
    cause: "the foundation of account <account> is not deployed in <region>",
    fix: DEPLOY,
    side: "user",
  },
  {
    text: /reading KMS Alias \([^)]*\): (?:empty result|couldn't find resource)/,
    cause: "account <account> has no key with this alias in <region>",
    fix: "correct the alias in the topology (`from.keys`), or account <account> creates it",
    side: "caller",
  },
  {
    // With instance requirements the launch template contains the image id, so the plan has to read it.
    text: /reading SSM Parameter \([^)]*\): couldn't find resource/,
    cause:
      "the parameter does not exist in account <account>, <region>: no image has been published under it yet, or the rule publishes elsewhere",
    fix: "make the first copies, which publish it (npx keyferry run); then deploy 'consumers-*'",
    side: "user",
  },
  {
    text: /Instance cannot be destroyed/,
    cause:
      "the stack holds keys of the foundation, and Terraform never destroys a key; nothing in the stack was changed",
    fix: "to delete a key, remove its place from the topology, deploy 'foundation-*', then run npx keyferry keys delete; 'consumers-*' and 'foundation-access-*' can be destroyed",
    side: "user",
  },
  {
    text: /^the state of \S+ could not be read/,
    cause:
      "the values that the stack takes from that state are not known, so the changes cannot be determined",
    fix: "make the state readable as its error message says, then run the same command again",
    side: "user",
  },
  {
    text: /the state of this stack does not hold it/,
    cause:
      "the key was deployed before, but this project has no record of it: the lock file keyferry.lock.json or Terraform's state is lost, or the account was renamed without the lock file",
    fix: "restore keyferry.lock.json from version control; without it, if the account was renamed, give it its old name for one deploy, which writes the lock file; otherwise let npx keyferry keys adopt find the key by its alias, and deploy again",
    side: "user",
  },
  {
    text: /grantee principal \(\w+\) is invalid/,
    cause:
      "the service-linked role that the grant was created for was deleted and created again, which makes it a different principal for KMS: the grant has no effect, and Terraform refuses to read it",
    fix: "retire it with credentials of the account that created it, with the key's ARN and the grant's ID, which AWS's message lists with a colon between them: aws kms retire-grant --key-id ARN --grant-id ID; then deploy again, which creates a new grant",
    side: "caller",
  },
  {
    text: /replicates already, by \S+, and this would replace all of its rules/,
    cause: "AWS keeps one replication configuration for each bucket; nothing in the stack was changed",
    fix: "declare what the bucket replicates in the topology, then delete its configuration (aws s3api delete-bucket-replication --bucket NAME) and deploy again; or leave the bucket out",
    side: "user",
  },
  {
    text: /a (key|bucket) that the lock file does not know/,
    cause:
      "Terraform's state holds it, and the lock file keyferry.lock.json is lost or older than the state; nothing in the stack was changed",
    fix: "restore keyferry.lock.json from version control, or let npx keyferry keys adopt find a key by its alias, or name a bucket in a rule again; then deploy again",
    side: "user",
  },
  {
    text: /waiting for KMS Key \S+ (?:policy |tag )?propagation: timeout/i,
    cause:
      "the provider waits until KMS returns exactly the key policy that it has sent, and KMS returns another text: it replaces the ARN of a principal that was deleted by a unique id, and an account's id by its root ARN",
    fix: "write principals as full ARNs of roles that exist, each once, and apply again; if the policy is correct, KMS was only slow: apply again",
    side: "user",
  },
  {
    text: /"?kms_key_id"? \(\S+\) is an invalid ARN/,
    cause: "this attribute of the provider takes the ARN of the key itself, not its id or an alias",
    fix: "use the key's arn, or target_key_arn of the data source aws_kms_alias",
    side: "user",
  },
  {
    text: /AWS account ID not allowed|AWS Account ID not allowed/,
    cause: "the credentials belong to another account than the one that the topology names",
    fix: "correct `profile`, AWS_PROFILE or the account's id in the topology",
    side: "user",
  },
  {
    text: /(?:Error loading|Error when retrieving token from) SSO|token from sso/i,
    cause: "your session with IAM Identity Center has ended",
    fix: "run `aws sso login` with your profile, then run the same command again",
    side: "user",
  },
  {
    text: /No valid credential sources found|failed to get shared config profile|failed to refresh cached credentials|Unable to locate credentials|Partial credentials found|config profile \([^)]*\) could not be found/,
    cause: "there are no AWS credentials, or the named profile does not exist",
    fix: "set AWS_PROFILE or the AWS_ACCESS_KEY_ID variables to credentials of the operator account, or correct `profile` in the topology",
    side: "user",
  },
  {
    text: /Backend configuration changed|Backend initialization required/,
    cause: "the topology names a new place for Terraform's state, and the state is still in the old one",
    fix: "add --migrate-state to move it, or change `state` in the topology back",
    side: "user",
  },
  {
    text: /S3 bucket "[^"]*" does not exist|NoSuchBucket/,
    cause: "the bucket for Terraform's state does not exist",
    fix: "npx keyferry state-bucket",
    side: "user",
  },
  {
    text: /Failed to query available provider packages|Failed to install provider|Required plugins are not installed/,
    cause: "Terraform's AWS provider is not on this machine and cannot be fetched",
    fix: "npx keyferry setup reports where Keyferry looks for it; KEYFERRY_PROVIDER_MIRROR names a mirror",
    side: "user",
  },
  {
    text: /You must specify a region|Missing region in config|invalid AWS Region/i,
    cause: "no Region is set, or it is not the name of a Region",
    fix: "set AWS_REGION (AWS_DEFAULT_REGION for version 1 of the AWS CLI), or the Region of the profile",
    side: "user",
  },
  {
    text: /Could not connect to the endpoint URL/,
    cause:
      "there is no such endpoint, usually because the Region is misspelled, or AWS cannot be reached from this machine",
    fix: "check the Region in the endpoint's URL, then the network, the proxy and AWS_ENDPOINT_URL",
    side: "user",
  },
  {
    text: /connection refused|no such host|i\/o timeout|TLS handshake timeout|network is unreachable/,
    cause: "AWS cannot be reached from this machine",
    fix: "check the network, the proxy and AWS_ENDPOINT_URL, then run the same command again",
    side: "user",
  },
];

/** The entry for a message of Terraform; undefined for an unknown message. */
export function terraformEntry(message: string): TerraformEntry | undefined {
  return ENTRIES.find(({ text }) => text.test(message));
}
