import { AwsError } from "../../contract";
import { invalid } from "./errors";
import { cryptographicOperations, KEY_SPECS, type KeyUsage } from "./key-specs";
import type { Key } from "./state";

/** The key usage that each operation requires. */
const USAGES: Readonly<Record<string, KeyUsage>> = {
  Sign: "SIGN_VERIFY",
  Verify: "SIGN_VERIFY",
  GenerateMac: "GENERATE_VERIFY_MAC",
  VerifyMac: "GENERATE_VERIFY_MAC",
  DeriveSharedSecret: "KEY_AGREEMENT",
};

/**
 * @param operation its name in grants
 * @throws AwsError InvalidKeyUsageException when the key has another usage
 */
export function requireUsage(key: Key, operation: string): void {
  const usage = USAGES[operation] ?? "ENCRYPT_DECRYPT";
  if (key.usage !== usage)
    throw invalidUsage(`${key.arn} key usage is ${key.usage} which is not valid for ${operation}.`);
  if (!cryptographicOperations(key.spec, key.usage).includes(operation))
    throw invalidUsage(`${key.arn} key spec is ${key.spec} which is not valid for ${operation}.`);
}

/** @throws AwsError InvalidKeyUsageException when a key of this spec does not support the algorithm */
export function requireAlgorithm({ spec, usage }: Key, algorithm: string): void {
  if (KEY_SPECS[spec]?.algorithms[usage]?.includes(algorithm) === true) return;
  throw invalidUsage(`Algorithm ${algorithm} and key spec ${spec} do not match.`);
}

/** The usage of a new key. @throws AwsError ValidationException when the spec does not allow it, or one must be given */
export function usageFor(spec: string, usage: string | undefined): KeyUsage {
  if (usage === undefined && spec !== "SYMMETRIC_DEFAULT")
    throw invalid("You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.");
  const wanted = (usage ?? "ENCRYPT_DECRYPT") as KeyUsage;
  if (KEY_SPECS[spec]?.algorithms[wanted] !== undefined) return wanted;
  throw invalid(`KeyUsage ${wanted} is not compatible with KeySpec ${spec}`);
}

export function invalidUsage(message: string): AwsError {
  return new AwsError("InvalidKeyUsageException", message);
}
