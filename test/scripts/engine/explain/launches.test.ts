import { explainLaunch } from "../../../../scripts/engine/explain";

const where = { account: "222222222222", region: "eu-central-1" };

describe("a failed launch of Auto Scaling", () => {
  it.each([
    ["Client.InternalError: Client error on launch", "may not use the key", "AWSServiceRoleForAutoScaling"],
    [
      "Instance failed to launch. Cause: One or more of the attached Amazon EBS volumes are encrypted with an inaccessible AWS KMS key. Resolution: Ensure that the IAM user or role that launches the instance has these permissions: CreateGrant, Decrypt, DescribeKey, GenerateDataKeyWithoutPlainText, ReEncrypt",
      "may not use the key",
      "AWSServiceRoleForAutoScaling",
    ],
    [
      "Client.InvalidKMSKey.InvalidState: The KMS key provided is in an incorrect state",
      "disabled, pending deletion",
      "account 222222222222 must make the key in eu-central-1 usable again",
    ],
    [
      "Not authorized for images: [ami-0123456789abcdef0]",
      "not shared with account 222222222222",
      "its own copy",
    ],
    [
      "Access denied when attempting to assume role arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling.",
      "no service-linked role",
      "create-service-linked-role",
    ],
    [
      "The image id '[ami-0123456789abcdef0]' does not exist. Launching EC2 instance failed.",
      "deregistered",
      "Allowed AMIs",
    ],
  ])("%s is explained", (message, cause, fix) => {
    const explained = explainLaunch(message, where);
    expect(explained?.cause).toContain(cause);
    expect([explained?.fix, ...(explained?.others ?? []).map((other) => other.fix)].join(" ")).toContain(fix);
  });

  it("with an unknown message is not explained", () => {
    expect(explainLaunch("We currently do not have sufficient capacity", where)).toBeUndefined();
  });
});
