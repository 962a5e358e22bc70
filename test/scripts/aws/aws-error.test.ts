import { isAccessDenied, isAwsError } from "../../../scripts/aws";
import { toAwsCallError } from "../../../scripts/aws/aws-error";

const SITE = { operation: "CopyImage", account: "222222222222", region: "eu-central-1" };

/** As the SDK throws it. */
function sdkError(name: string, message: string, status: number) {
  return Object.assign(new TypeError(message), {
    name,
    $metadata: { requestId: "r-1", httpStatusCode: status },
  });
}

describe("an error of the SDK", () => {
  it("keeps AWS's code, message and request id, and contains operation, account and Region", () => {
    const error = toAwsCallError(sdkError("InvalidAMIName.Duplicate", "in use", 400), SITE);
    expect(error.answer).toEqual({
      code: "InvalidAMIName.Duplicate",
      message: "in use",
      requestId: "r-1",
      transient: false,
    });
    expect(error.message).toBe(
      "CopyImage in 222222222222 eu-central-1: InvalidAMIName.Duplicate: in use (request id r-1)",
    );
    expect(error.account).toBe("222222222222");
  });

  it("is transient if the service or the network failed, and not if the request was wrong", () => {
    const transient = (error: unknown) => toAwsCallError(error, SITE).answer.transient;
    expect(transient(sdkError("InternalError", "", 500))).toBe(true);
    expect(transient(Object.assign(new TypeError("refused"), { code: "ECONNREFUSED" }))).toBe(true);
    expect(transient(sdkError("UnauthorizedOperation", "", 403))).toBe(false);
  });

  it("is not wrapped twice: an error of AssumeRole stays unchanged", () => {
    const inner = toAwsCallError(sdkError("AccessDenied", "no", 403), { ...SITE, operation: "AssumeRole" });
    expect(toAwsCallError(inner, SITE)).toBe(inner);
    expect(isAccessDenied(inner)).toBe(true);
    expect(isAwsError(inner, "InvalidRequest")).toBe(false);
  });
});
