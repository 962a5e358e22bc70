import type { Diagnostic } from "../../../../scripts/terraform/machine-output";
import type { Failure } from "../../../../scripts/terraform/outcome";
import { failureReasons, failureText } from "../../../../scripts/report/stacks/failure-text";
import { recording } from "../../terraform/recordings";

const ROLE = "arn:aws:iam::222222222222:role/keyferry-deploy";
const provider = (region: string) => ({
  alias: region,
  region,
  allowed_account_ids: ["222222222222"],
  assume_role: [{ role_arn: ROLE }],
});
const CONFIGURATION = {
  provider: { aws: [provider("eu-central-1"), provider("eu-west-1")] },
  resource: {
    aws_kms_key: {
      "home-eu-central-1_9947FA66": { provider: "aws.eu-central-1" },
      other: { provider: "aws.eu-central-1" },
    },
  },
};
const OPERATOR = "111111111111";

function failure(diagnostics: readonly Diagnostic[], step: Failure["step"] = "apply"): Failure {
  return { state: "failed", step, exitCode: 1, diagnostics, done: [] };
}

function textOf(failed: Failure): string {
  return failureText("foundation-keys-prod", failed, failureReasons(failed, CONFIGURATION, OPERATOR));
}

const error = (summary: string, more: Partial<Diagnostic> = {}): Diagnostic => ({
  severity: "error",
  summary,
  detail: "",
  ...more,
});

const errorsOf = (name: string): readonly Diagnostic[] =>
  recording(name).flatMap(({ message }) => (message.kind === "diagnostic" ? [message.diagnostic] : []));
const DENIED = errorsOf("apply-denied");

test("a denied call is reported with resource, call, identity, AWS's message, cause, fix and account", () => {
  const text = textOf(failure(DENIED));
  expect(text.split("\n")).toEqual([
    "foundation-keys-prod FAILED while it was applied",
    "  resource: aws_kms_key.home-eu-central-1_9947FA66",
    "  called: KMS CreateKey in account 222222222222, eu-central-1, as role keyferry-deploy of 222222222222",
    expect.stringMatching(/^ {2}AccessDeniedException: User: arn:.* is not authorized .*request id ee972c6f/),
    expect.stringMatching(/^ {2}cause: kms:CreateKey .*/),
    expect.stringMatching(/^ {2}fix: account 222222222222 must .*keyferry-deploy/),
    "  applied before it failed: nothing (0 of 0)",
  ]);
});

test("resources that fail for the same reason are reported once", () => {
  const other = DENIED.map((diagnostic) => ({
    ...diagnostic,
    address: "aws_kms_key.other",
    summary: diagnostic.summary.replace(/RequestID: [^,]*/, "RequestID: 1-2-3"),
  }));
  const text = textOf(failure([...DENIED, ...other]));
  expect(text).toContain("resource: aws_kms_key.home-eu-central-1_9947FA66, aws_kms_key.other");
  expect(text.match(/cause:/g)).toHaveLength(1);
});

test("a deploy role that cannot be assumed was called with the user's credentials, and must be fixed by its account", () => {
  const text = textOf(failure(errorsOf("plan-no-role"), "plan"));
  expect(text).toContain(
    "called: STS AssumeRole in account 222222222222, eu-west-1, with your own credentials",
  );
  expect(text).toContain("fix: account 222222222222 must have that role");
  expect(text).toContain("nothing was changed");
  expect(text).not.toMatch(/^  resource:/m);
});

test("a failure to access an account is distinguished from a failure in it", () => {
  const isEntry = (name: string) =>
    failureReasons(failure(errorsOf(name)), CONFIGURATION, OPERATOR).map((reason) => reason.isEntry);
  expect([isEntry("plan-no-role"), isEntry("apply-denied")]).toEqual([[true], [false]]);
});

test.each([
  ["init-backend-changed", "--migrate-state"],
  ["init-no-bucket", "keyferry state-bucket"],
  ["init-no-credentials", "set AWS_PROFILE"],
  ["init-no-provider", "npx keyferry setup"],
  ["plan-locked", "wait for the other one"],
  ["plan-damaged-state", "restore an earlier one"],
  ["plan-prevented-destroy", "npx keyferry keys delete"],
  ["plan-no-remote-state", "npx keyferry deploy 'foundation-*'"],
  ["plan-no-remote-output", "npx keyferry deploy 'foundation-*'"],
  ["plan-no-foundation-key", "npx keyferry deploy 'foundation-*'"],
  ["plan-no-source-key", "from.keys"],
  ["plan-no-image-parameter", "npx keyferry run"],
  ["plan-wrong-account", "account's id in the topology"],
  ["plan-no-profile", "correct `profile` in the topology"],
])("what Terraform prints has a cause and a fix: %s", (name, fix) => {
  const text = textOf(failure(errorsOf(name), "init"));
  expect(text).toContain("cause: ");
  expect(text).toContain(fix);
});

test.each([
  ["on this machine", (detail: string) => detail],
  [
    "in a bucket",
    (detail: string) =>
      detail.replace(
        "resource temporarily unavailable",
        "operation error S3: PutObject, https response error StatusCode: 412, RequestID: 1-2-3, HostID: h, api error PreconditionFailed: At least one of the pre-conditions you specified did not hold",
      ),
  ],
])(
  "a lock that another deployment holds %s is reported with the command that releases it",
  (_where, change) => {
    const [{ detail = "" } = {}] = errorsOf("plan-locked");
    const failed = failure([error("Error acquiring the state lock", { detail: change(detail) })], "plan");
    const unlock = (lock: string) => `terraform -chdir=stacks/a force-unlock ${lock}`;
    const text = failureText("a", failed, failureReasons(failed, CONFIGURATION, OPERATOR, unlock));
    expect(text).toContain("cause: another deployment is running on this stack");
    expect(text).toContain("terraform -chdir=stacks/a force-unlock a9ebcef3-765f-e655-4d6f-7070654973dc");
    expect(text).toContain("Who:       root@vm");
    expect(text).not.toContain("called:");
    expect(text.match(/cause:/g)).toHaveLength(1);
  },
);

test("a lock that the caller is not allowed to write is reported as a missing permission, not as another deployment", () => {
  const denied =
    'Error message: operation error S3: PutObject, https response error StatusCode: 403, RequestID: 1-2-3, HostID: h, api error AccessDenied: User: arn:aws:sts::222222222222:assumed-role/keyferry-deploy/x is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::acme/acme/a.tfstate.tflock" because no identity-based policy allows the s3:PutObject action';
  const text = textOf(failure([error("Error acquiring the state lock", { detail: denied })], "plan"));
  expect(text).toContain("s3:PutObject");
  expect(text).not.toContain("another deployment");
});

test.each([["dial tcp 127.0.0.1:1: connect: connection refused", "AWS_ENDPOINT_URL"]])(
  "Terraform's own errors have a cause and a fix: %s",
  (summary, fix) => {
    const text = textOf(failure([error(summary, { detail: "More of it." })], "init"));
    expect(text).toContain(summary);
    expect(text).toContain("cause: ");
    expect(text).toContain(fix);
  },
);

test("an unknown error keeps Terraform's full message; an exit without a message is reported", () => {
  expect(textOf(failure([error("Odd", { detail: "Very odd." })]))).toContain("  Odd\n  Very odd.\n");
  expect(textOf(failure([]))).toContain("Terraform ended with exit code 1 in `apply` and gave no reason");
});
