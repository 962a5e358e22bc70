import fs from "node:fs";
import path from "node:path";
import { AwsCallError, isAlreadyDone } from "../../../scripts/aws";
import { REPETITIONS, unlessDone } from "../../../scripts/aws/already-done";
// The calls of the ports are read from their source text; the imports make this test depend on them.
import "../../../scripts/aws/clients";
import "../../../scripts/aws/deployer";
import "../../../scripts/aws/state-bucket";

const PORTS = path.resolve(__dirname, "../../../scripts/aws");
const CHANGES =
  /\b((?:Abort|Add|Attach|Cancel|Complete|Copy|Create|Delete|Deregister|Disable|Enable|Modify|Put|Register|Remove|Schedule|Start|Update|Upload)\w*)Command\(/g;

function refusal(operation: string, code: string, message = ""): AwsCallError {
  const site = { operation, account: "111111111111", region: "eu-west-1" };
  return new AwsCallError(site, { code, message, transient: false });
}

it("every call that changes something declares what its repetition means", () => {
  const called = fs
    .readdirSync(PORTS, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [...fs.readFileSync(path.join(PORTS, file), "utf8").matchAll(CHANGES)])
    .map(([, operation = ""]) => operation);
  expect(called.length).toBeGreaterThan(10);
  expect([...new Set(called)].sort()).toEqual(Object.keys(REPETITIONS).sort());
});

const TAKEN =
  "Service role name AWSServiceRoleForAutoScaling has been taken in this account, please try a different suffix.";

it.each([
  ["CreateServiceLinkedRole autoscaling.amazonaws.com", "InvalidInput", TAKEN],
  ["CreateServiceLinkedRole autoscaling.amazonaws.com", "InvalidInputException", TAKEN],
  [
    "CreateServiceLinkedRole autoscaling.amazonaws.com",
    "EntityAlreadyExists",
    "Role with name ... already exists.",
  ],
  ["CreateBucket acme-terraform", "BucketAlreadyOwnedByYou", ""],
  ["PutParameter /keyferry/acme/lease", "ParameterAlreadyExists", ""],
  ["DeleteParameter /keyferry/acme/lease", "ParameterNotFound", ""],
  ["DeregisterImage", "InvalidAMIID.Unavailable", ""],
  ["CreateAlias alias/a", "AlreadyExistsException", ""],
  ["DeleteAlias alias/a", "NotFoundException", ""],
  ["ScheduleKeyDeletion key", "KMSInvalidStateException", "key is pending deletion."],
  ["CancelKeyDeletion key", "KMSInvalidStateException", "key is not pending deletion."],
  ["DeregisterImage", "InvalidAMIID.NotFound", ""],
  ["DeleteSnapshot", "InvalidSnapshot.NotFound", ""],
  ["StartInstanceRefresh keyferry-acme-web", "InstanceRefreshInProgress", ""],
])("%s counts as done if AWS returns %s", async (operation, code, message) => {
  expect(await unlessDone(() => Promise.reject(refusal(operation, code, message)))).toBe(false);
});

it.each([
  ["CreateServiceLinkedRole autoscaling.amazonaws.com", "InvalidInput", "the service name is not valid"],
  ["CreateServiceLinkedRole autoscaling.amazonaws.com", "AccessDenied", TAKEN],
  ["CreateBucket acme-terraform", "BucketAlreadyExists", "the bucket belongs to another account"],
  ["CopyImage", "InvalidAMIName.Duplicate", ""],
  ["ModifyImageAttribute", "InvalidAMIID.NotFound", ""],
  ["ScheduleKeyDeletion key", "KMSInvalidStateException", "key is pending import."],
  ["GetParameterHistory", "ParameterNotFound", "a read changes nothing"],
])("%s does not count as done if AWS returns %s", async (operation, code, message) => {
  const error = refusal(operation, code, message);
  await expect(unlessDone(() => Promise.reject(error))).rejects.toBe(error);
});

it("an error that is not from AWS does not count as done", async () => {
  expect(isAlreadyDone(new TypeError("ParameterNotFound"))).toBe(false);
  expect(await unlessDone(() => Promise.resolve())).toBe(true);
});
