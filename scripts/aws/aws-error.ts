import { KeyferryError } from "../../core/errors";

/** The operation, account and Region of a call. */
export interface CallSite {
  /** `CopyImage` */
  readonly operation: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
}

export interface AwsAnswer {
  /** AWS's error code, e.g. `InvalidAMIName.Duplicate`. */
  readonly code: string;
  readonly message: string;
  readonly requestId?: string;
  /** Whether the same call may succeed later without any action: network, throttling, a fault of the service. */
  readonly transient: boolean;
}

/** An error that AWS returned, in the same form for every service; AWS's message is kept unchanged. */
export class AwsCallError extends KeyferryError {
  constructor(
    readonly site: CallSite,
    readonly answer: AwsAnswer,
    cause?: unknown,
  ) {
    const request = answer.requestId === undefined ? "" : ` (request id ${answer.requestId})`;
    super(
      `${site.operation} in ${site.account} ${site.region}: ${answer.code}: ${answer.message}${request}`,
      {
        code: "AwsCallFailed",
        source: "aws",
        account: site.account,
        cause,
      },
    );
  }
}

/** Whether an error was returned by AWS with one of these codes. */
export function isAwsError(error: unknown, ...codes: readonly string[]): error is AwsCallError {
  return error instanceof AwsCallError && (codes.length === 0 || codes.includes(error.answer.code));
}

/** The error codes of all services for a missing permission. */
export function isAccessDenied(error: unknown): error is AwsCallError {
  return isAwsError(error, "UnauthorizedOperation", "AccessDenied", "AccessDeniedException");
}

interface SdkError {
  readonly name?: string;
  readonly Code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
  readonly code?: string;
}

/** Converts any error of the SDK, including network failures, to an `AwsCallError`. */
export function toAwsCallError(error: unknown, site: CallSite): AwsCallError {
  if (error instanceof AwsCallError) return error;
  const sdk = (typeof error === "object" && error !== null ? error : {}) as SdkError;
  const status = sdk.$metadata?.httpStatusCode;
  const code =
    [sdk.Code, sdk.name, sdk.code].find((name) => name !== undefined && name !== "Error") ?? "Unknown";
  return new AwsCallError(
    site,
    {
      code,
      message: sdk.message ?? String(error),
      ...(sdk.$metadata?.requestId === undefined ? {} : { requestId: sdk.$metadata.requestId }),
      transient: status === undefined ? isNetworkCode(sdk) : status >= 500 || sdk.$retryable !== undefined,
    },
    error,
  );
}

function isNetworkCode(error: SdkError): boolean {
  return error.code !== undefined || error.name === "TimeoutError";
}
