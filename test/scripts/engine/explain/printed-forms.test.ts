import { explainWords, readWords } from "../../../../scripts/engine/explain";

/** What is read from a text: the code and AWS's message. */
function read(text: string) {
  return readWords(text).map(({ code, message }) => ({ code, message }));
}

const DENIAL =
  "You are not authorized to perform this operation. User: arn:aws:sts::222222222222:assumed-role/karpenter/1 is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-west-1:222222222222:launch-template/lt-1 because no identity-based policy allows the ec2:RunInstances action";

describe("an error is found in", () => {
  it.each([
    [
      "a log line in JSON",
      `{"level":"ERROR","message":"creating instance, with fleet error(s), UnauthorizedOperation: ${DENIAL}"}`,
    ],
    [
      "a log line in JSON after a time",
      `2026-11-01T10:00:00Z stdout F {"level":"ERROR","error":"launching node, UnauthorizedOperation: ${DENIAL}"}`,
    ],
    [
      "the SDK for Go v2 within a sentence",
      `failed to provision volume: rpc error: code = Internal desc = could not create: operation error EC2: RunInstances, https response error StatusCode: 403, RequestID: r-1, api error UnauthorizedOperation: ${DENIAL}`,
    ],
    [
      "the SDK for Java v1",
      `com.amazonaws.services.ec2.model.AmazonEC2Exception: ${DENIAL} (Service: AmazonEC2; Status Code: 403; Error Code: UnauthorizedOperation; Request ID: r-1; Proxy: null)`,
    ],
    [
      "XML",
      `<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>${DENIAL}</Message></Error></Errors></Response>`,
    ],
    ["the SDK for Ruby", `/app/run.rb:3:in 'launch': ${DENIAL} (Aws::EC2::Errors::UnauthorizedOperation)`],
    [
      "a fleet's errors",
      JSON.stringify({ Errors: [{ ErrorCode: "UnauthorizedOperation", ErrorMessage: DENIAL }] }),
    ],
    ["a JSON response", JSON.stringify({ __type: "com.amazonaws#UnauthorizedOperation", message: DENIAL })],
    [
      "text with terminal colours that lost their escape character",
      `[31m│[0m [0m[1mAn error occurred (UnauthorizedOperation)[0m when calling the RunInstances operation: ${DENIAL}[0m`,
    ],
    [
      "text with terminal colours in caret notation",
      `^[[31mAn error occurred (UnauthorizedOperation)^[[0m when calling the RunInstances operation: ${DENIAL}^[[0m`,
    ],
    [
      "an answer with the command before it",
      `$ aws ec2 create-fleet --cli-input-json file://fleet.json\n${JSON.stringify({ Errors: [{ ErrorCode: "UnauthorizedOperation", ErrorMessage: DENIAL }] }, undefined, 2)}`,
    ],
    [
      "text with terminal colours",
      `\u001b[31mAn error occurred (UnauthorizedOperation)\u001b[0m when calling the RunInstances operation: ${DENIAL}`,
    ],
  ])("%s", (_where, text) => {
    const [heard, ...more] = readWords(text);
    expect(more).toEqual([]);
    expect(heard?.code).toBe("UnauthorizedOperation");
    const { fixes } = explainWords(heard ?? { message: "" });
    expect(fixes[0]).toBe(
      "account 222222222222 must allow ec2:RunInstances on arn:aws:ec2:eu-west-1:222222222222:launch-template/lt-1 to role karpenter of 222222222222",
    );
  });

  it("CloudFormation's messages, whose handler code is not AWS's", () => {
    const printed =
      'Resource handler returned message: "Policy contains a statement with one or more invalid principals. (Service: Kms, Status Code: 400, Request ID: r-1) (SDK Attempt Count: 1)" (RequestToken: t, HandlerErrorCode: InvalidRequest)';
    const [heard] = readWords(printed);
    expect(heard).toEqual({
      message: "Policy contains a statement with one or more invalid principals.",
      requestId: "r-1",
    });
    expect(explainWords(heard ?? { message: "" }).cause).toContain("a principal that does not exist");
  });

  it("typographic quotes", () => {
    const printed =
      "An error occurred (InvalidKeyPair.NotFound) when calling the RunInstances operation: The key pair ‘build’ does not exist";
    expect(read(printed)).toEqual([
      { code: "InvalidKeyPair.NotFound", message: "The key pair 'build' does not exist" },
    ]);
  });

  it("a failed replication's event", () => {
    const [heard] = readWords(
      JSON.stringify({
        Records: [{ s3: {}, replicationEventData: { failureReason: "DstBucketUnversioned" } }],
      }),
    );
    expect(explainWords(heard ?? { message: "" }).cause).toContain("versioning of the destination bucket");
  });
});

describe("in a whole log", () => {
  const log = `
2026-11-01 10:00:00 INFO starting
    amazon-ebs.a: /opt/setup.py:12: DeprecationWarning: old call
==> amazon-ebs.a: Error modify snapshot attributes: OperationNotPermitted: Encrypted snapshots with EBS default key cannot be shared
==> amazon-ebs.a: \tstatus code: 400, request id: r-1
2026-11-01 10:00:05 INFO Timeout: retrying
An error occurred (InvalidAMIName.Duplicate) when calling the CopyImage operation: AMI name web is already in use by AMI ami-1
2026-11-01 10:00:06 WARN TypeError: nothing of AWS
Launching a new EC2 instance: i-1. Status Reason: Client.InternalError: Client error on launch.
`;

  it("every error is read with its own code, without the text around it", () => {
    expect(read(log)).toEqual([
      { code: "OperationNotPermitted", message: "Encrypted snapshots with EBS default key cannot be shared" },
      { code: "InvalidAMIName.Duplicate", message: "AMI name web is already in use by AMI ami-1" },
      { code: undefined, message: expect.stringContaining("Client error on launch") },
    ]);
  });

  it("without an error nothing is read", () => {
    const lines = Array.from({ length: 100 }, (_, n) => `2026-11-01 INFO step ${n}: all well`);
    expect(readWords(lines.join("\n"))).toEqual([]);
  });
});

it("in Terraform's output without a status code, the code is the last word before AWS's message", () => {
  const printed = `╷
│ Error: creating EC2 AMI (web) from source EC2 AMI (ami-0123456789abcdef0): InvalidAMIName.Duplicate: AMI name web is already in use by AMI ami-1
│
│   with aws_ami_copy.web,
│   on main.tf line 3, in resource "aws_ami_copy" "web":
│    3: resource "aws_ami_copy" "web" {
╵`;
  expect(read(printed)).toEqual([
    { code: "InvalidAMIName.Duplicate", message: "AMI name web is already in use by AMI ami-1" },
  ]);
});

describe("messages with several causes", () => {
  it.each([
    ["An instance's state", "Client.InternalError: Client error on launch"],
    ["A copy's state", "Given key ID is not accessible"],
    ["A key policy", "Policy contains a statement with one or more invalid principals."],
    ["An object", "An error occurred (AccessDenied) when calling the PutObject operation: Access Denied"],
  ])("%s: each cause is named, the likeliest first, and how to tell them apart", (_what, printed) => {
    const [heard] = readWords(printed);
    const { cause, others, distinguish } = explainWords(heard ?? { message: "" });
    expect(cause).toBeDefined();
    expect(others?.length).toBeGreaterThan(0);
    expect(distinguish).toMatch(/CloudTrail|aws /);
  });
});

describe("a code without a message in the output of another program", () => {
  it.each([
    ["State reason: Client.InvalidKMSKey.InvalidState", "InvalidKMSKey.InvalidState"],
    ["Error: AccessDeniedException", "AccessDeniedException"],
    ["The KMS key does not have key material. (KMSInvalidStateException)", "KMSInvalidStateException"],
  ])("%s: is read and printed once", (printed, code) => {
    const [heard] = readWords(printed);
    const { code: found, cause, reason } = explainWords(heard ?? { message: "" });
    expect([found, reason]).toEqual([code, printed]);
    expect(cause).toBeDefined();
  });

  it.each(["Access was Denied", "Throttling of the pump", "see Main.Java"])(
    "%s: is not a code",
    (printed) => {
      expect(read(printed)).toEqual([{ code: undefined, message: printed }]);
    },
  );
});

describe("AWS's own sentence counts more than the code around it", () => {
  it.each([
    [
      "of Auto Scaling about an image that is not shared",
      "Error: creating Auto Scaling Group (web): operation error Auto Scaling: CreateAutoScalingGroup, https response error StatusCode: 400, RequestID: r-1, api error ValidationError: You must use a valid fully-formed launch template. Not authorized for images: [ami-0123456789abcdef0]",
      "is not shared with the account",
    ],
    [
      "of Auto Scaling about an image that does not exist",
      "AMI ami-0123456789abcdef0 is invalid: The image id '[ami-0123456789abcdef0]' does not exist (Service: AutoScaling, Status Code: 400, Request ID: r-1)",
      "deregistered",
    ],
    [
      "of Auto Scaling about its service-linked role",
      "An error occurred (ValidationError) when calling the CreateAutoScalingGroup operation: Access denied when attempting to assume role arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling. Validating load balancer configuration failed.",
      "no service-linked role of Auto Scaling",
    ],
    [
      "of KMS in an error of S3",
      "An error occurred (AccessDenied) when calling the GetObject operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.",
      "kms:Decrypt",
    ],
    [
      "of AWS Marketplace",
      "Error launching source instance: OptInRequired: In order to use this AWS Marketplace product you need to accept terms and subscribe. To do so please visit http://aws.amazon.com/marketplace/pp?sku=7c9adzdml57i4rodhs6yn0ae9\n\tstatus code: 401, request id: r-1",
      "has not subscribed to it",
    ],
    [
      "of STS about a token, without a code",
      "Error: Could not assume role with OIDC: Not authorized to perform sts:AssumeRoleWithWebIdentity",
      "does not accept this token",
    ],
    [
      "of STS about a missing provider, without a code",
      "Error: Could not assume role with OIDC: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com",
      "no IAM identity provider",
    ],
    [
      "of S3 Block Public Access in the form of a denial",
      'An error occurred (AccessDenied) when calling the PutBucketPolicy operation: User: arn:aws:iam::222222222222:user/a is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::b" because public policies are blocked by the BlockPublicPolicy block public access setting.',
      "S3 Block Public Access",
    ],
    [
      "about the key of a copied snapshot, without a code",
      "Copy job failed. Source snapshot KMS key does not exist, is not enabled or you do not have permissions to access it.",
      "may not use the key",
    ],
  ])("%s", (_what, text, cause) => {
    const [heard, ...more] = readWords(text);
    expect(more).toEqual([]);
    expect(explainWords(heard ?? { message: "" }).cause).toContain(cause);
  });
});

it("an error that a program prints again with fewer parts is explained once", () => {
  const message = "The storage for the ami is not available in the source Region.";
  const error = `An error occurred (InvalidRequest) when calling the CopyImage operation: ${message}`;
  const printed = JSON.stringify({
    error: { code: "InvalidRequest", message },
    msg: `Could not copy: ${error}`,
  });
  expect(readWords(`fatal: [localhost]: FAILED! => ${printed}`)).toEqual([
    { operation: "CopyImage", code: "InvalidRequest", message },
  ]);
});

it("equal refusals of several calls are each explained", () => {
  const denied = (id: string) =>
    `Error: operation error EC2: DescribeImages, https response error StatusCode: 503, RequestID: ${id}, api error RequestLimitExceeded: Request limit exceeded.`;
  expect(readWords(`${denied("r-1")}\n${denied("r-2")}`).map(({ requestId }) => requestId)).toEqual([
    "r-1",
    "r-2",
  ]);
});

it("an answer without an error, with the command before it, is no error", () => {
  expect(readWords(`$ aws ec2 describe-images\n${JSON.stringify({ Images: [] }, undefined, 2)}`)).toEqual([]);
});

it("the state Client.InternalError of a failed copy is not an internal error of AWS", () => {
  const printed =
    "Error: waiting for EC2 AMI (ami-0123456789abcdef0) create: unexpected state 'failed', wanted target 'available'. last error: Client.InternalError: ";
  const [heard] = readWords(printed);
  const { cause, others = [] } = explainWords(heard ?? { message: "" });
  expect(cause).toContain("a key of an encrypted volume or snapshot could not be used");
  expect(others.map((other) => other.cause)).toEqual([
    expect.stringContaining("a snapshot of the image was deleted"),
  ]);
});

it("a snapshot that is not found may have been deleted, be in another Region, or not be shared", () => {
  const [heard] = readWords(
    "An error occurred (InvalidSnapshot.NotFound) when calling the CopySnapshot operation: The snapshot 'snap-0123456789abcdef0' does not exist.",
  );
  const { cause, others = [] } = explainWords(heard ?? { message: "" });
  expect([cause, ...others.map((other) => other.cause)]).toEqual([
    expect.stringContaining("deleted"),
    expect.stringContaining("another Region"),
    expect.stringContaining("does not share it"),
  ]);
});

describe("a service-linked role that may not use a key", () => {
  const denied = (key: string, tail: string) =>
    `An error occurred (AccessDenied) when calling the CreateGrant operation: User: arn:aws:sts::222222222222:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling is not authorized to perform: kms:CreateGrant on resource: ${key}${tail}`;
  const explained = (text: string) => explainWords(readWords(text)[0] ?? { message: "" });

  it.each(["", " because no resource-based policy allows the kms:CreateGrant action"])(
    "of another account needs a grant, which no key policy replaces%s",
    (tail) => {
      const { cause, fixes, account } = explained(denied("arn:aws:kms:eu-west-1:111111111111:key/1", tail));
      expect(cause).toContain(
        "no grant lets the service-linked role AWSServiceRoleForAutoScaling of 222222222222",
      );
      expect(fixes).toEqual([
        expect.stringMatching(/^account 222222222222 must create the grant: aws kms create-grant /),
        "account 111111111111 must allow kms:CreateGrant to account 222222222222 in the policy of that key",
      ]);
      expect(account).toBe("222222222222");
    },
  );

  it("of its own account needs the key policy, because nobody can attach a policy to it", () => {
    const tail = " because no identity-based policy allows the kms:CreateGrant action";
    const { fixes, account } = explained(denied("arn:aws:kms:eu-west-1:222222222222:key/1", tail));
    expect(fixes).toEqual([
      expect.stringContaining("by the policy of arn:aws:kms:eu-west-1:222222222222:key/1"),
    ]);
    expect(account).toBe("222222222222");
  });

  it("is denied by a statement like any other principal", () => {
    const tail = " with an explicit deny in a resource-based policy";
    expect(explained(denied("arn:aws:kms:eu-west-1:222222222222:key/1", tail)).cause).toContain(
      "is forbidden by",
    );
  });
});
