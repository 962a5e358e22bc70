/** The parts of AWS's denial message. */
export interface Denial {
  /** ARN of the principal that was denied. */
  readonly principal: string;
  /** With its service prefix: `kms:CreateGrant`. */
  readonly action: string;
  /** ARN; absent for an action without a resource. */
  readonly resource?: string;
  /**
   * `missing`: nothing allows it. `denied`: a statement forbids it. `withheld`: AWS does not say whether the key exists.
   * Absent if AWS does not give the reason.
   */
  readonly reason?: "missing" | "denied" | "withheld";
  /** Kind of the policy that decided. */
  readonly policy?: DecidingPolicy;
}

export type DecidingPolicy =
  | "identity-based policy"
  | "resource-based policy"
  | "permissions boundary"
  | "session policy"
  | "service control policy"
  | "resource control policy"
  | "VPC endpoint policy";

const POLICIES: readonly DecidingPolicy[] = [
  "identity-based policy",
  "resource-based policy",
  "permissions boundary",
  "session policy",
  "service control policy",
  "resource control policy",
  "VPC endpoint policy",
];

/** Source: IAM user guide, "Troubleshoot access denied error messages". */
const SENTENCE =
  /User: (\S+) is not authorized to perform: (\w+:\w+)(?: on resource: "?([^\s"]+)"?)?(?:,?\s*(?:(because no)|(with an explicit deny in an?)) ([\w -]*?(?:policy|boundary|policies)))?/;

/** KMS's message if it does not say whether the key exists; the call or its ciphertext names the key. */
const WITHHELD =
  /is not authorized to perform: kms:\w+ on .+ because the resource does not exist in this Region/;

/** Not a policy: a setting of the bucket or account, which S3 reports in the form of a denial. */
const BLOCKED =
  /because this bucket has blocked upload requests|by the \w*Public\w+ (?:block public access )?setting/i;

/** Parses a denial; undefined for a message that names no action, and if no policy decided. */
export function readDenial(message: string): Denial | undefined {
  const match = SENTENCE.exec(message);
  if (match === null || BLOCKED.test(message)) return undefined;
  const isWithheld = WITHHELD.test(message);
  const [, principal = "", action = "", resource, missing, denied, kind] = match;
  const policy = POLICIES.find((name) => kind?.startsWith(name) === true);
  return {
    principal,
    action,
    ...(resource === undefined ? {} : { resource }),
    ...(missing !== undefined && { reason: "missing" as const }),
    ...(denied !== undefined && { reason: "denied" as const }),
    ...(isWithheld && { reason: "withheld" as const }),
    ...(policy === undefined ? {} : { policy }),
  };
}
