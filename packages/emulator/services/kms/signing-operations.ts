import type { ContextValue } from "@keyferry/evaluator";
import { AwsError, type Call, type Operation, type OperationTable } from "../../contract";
import { rejectDryRun } from "./dry-run";
import { invalid, notModelled } from "./errors";
import { required, text } from "./input";
import {
  digestBytes,
  isDigestSignature,
  isMac,
  isSignature,
  macOf,
  publicKey,
  sharedSecret,
  signDigest,
  signMessage,
} from "./key-pairs";
import { ALGORITHM_MEMBERS, KEY_SPECS } from "./key-specs";
import { requireAlgorithm, requireUsage } from "./key-usage";
import { currentMaterial } from "./materials";
import { onKey } from "./on-key";
import type { Key, KmsState } from "./state";

/** Source: KMS API reference, "Sign" and "GenerateMac". */
const LONGEST_MESSAGE = 4096;

interface Use {
  readonly key: Key;
  readonly secret: Buffer;
  readonly algorithm: string;
  readonly call: Call;
}

/** Signatures, message authentication codes, key agreement and public keys, with keys of the same and of other accounts. */
export function signingOperations(state: KmsState): OperationTable {
  return {
    Sign: use(state, "SigningAlgorithm", ({ secret, algorithm, call }) => {
      const sign = isDigest(call, algorithm) ? signDigest : signMessage;
      return { Signature: sign(secret, algorithm, message(call)).toString("base64") };
    }),
    Verify: use(state, "SigningAlgorithm", ({ secret, algorithm, call }) => {
      const isValid = isDigest(call, algorithm) ? isDigestSignature : isSignature;
      if (!isValid(secret, algorithm, message(call), bytes(call, "Signature")))
        throw new AwsError("KMSInvalidSignatureException", "");
      return { SignatureValid: true };
    }),
    GenerateMac: use(state, "MacAlgorithm", ({ secret, algorithm, call }) => ({
      Mac: macOf(secret, algorithm, message(call)).toString("base64"),
    })),
    VerifyMac: use(state, "MacAlgorithm", ({ secret, algorithm, call }) => {
      if (!isMac(secret, algorithm, message(call), bytes(call, "Mac")))
        throw new AwsError("KMSInvalidMacException", "");
      return { MacValid: true };
    }),
    DeriveSharedSecret: use(state, "KeyAgreementAlgorithm", ({ key, secret, call }) => ({
      SharedSecret: sharedSecret(secret, bytes(call, "PublicKey")).toString("base64"),
      KeyOrigin: key.origin,
    })),
    GetPublicKey: onKey(state, {
      crossAccount: true,
      alias: true,
      state: "usable",
      run(key) {
        if (!["rsa", "ecc"].includes(KEY_SPECS[key.spec]?.kind ?? "")) {
          throw new AwsError(
            "UnsupportedOperationException",
            `${key.arn} key spec is ${key.spec} which is not valid for this operation.`,
          );
        }
        return {
          KeyId: key.arn,
          PublicKey: publicKey(secretOf(state, key)).toString("base64"),
          CustomerMasterKeySpec: key.spec,
          KeySpec: key.spec,
          KeyUsage: key.usage,
          [ALGORITHM_MEMBERS[key.usage]]: KEY_SPECS[key.spec]?.algorithms[key.usage],
        };
      },
    }),
  };
}

/** An operation that uses the key's secret with an algorithm, which the response names. */
function use(
  state: KmsState,
  parameter: "SigningAlgorithm" | "MacAlgorithm" | "KeyAgreementAlgorithm",
  work: (use: Use) => Readonly<Record<string, string | boolean>>,
): Operation {
  return onKey(state, {
    crossAccount: true,
    alias: true,
    state: "usable",
    context(call): Record<string, ContextValue> {
      const algorithm = { [`kms:${parameter}`]: required(call, parameter) };
      return parameter === "SigningAlgorithm"
        ? { ...algorithm, "kms:MessageType": messageType(call) }
        : algorithm;
    },
    run(key, call) {
      requireUsage(key, call.operation);
      const algorithm = required(call, parameter);
      requireAlgorithm(key, algorithm);
      rejectDryRun(call);
      return {
        KeyId: key.arn,
        ...work({ key, secret: secretOf(state, key), algorithm, call }),
        [parameter]: algorithm,
      };
    },
  });
}

function secretOf(state: KmsState, key: Key): Buffer {
  return currentMaterial(state, key)?.bytes ?? Buffer.of();
}

function messageType(call: Call): string {
  return text(call, "MessageType") ?? "RAW";
}

/** Whether the message is a digest. @throws AwsError ValidationException for a digest of the wrong length for the algorithm */
function isDigest(call: Call, algorithm: string): boolean {
  const type = messageType(call);
  if (type === "EXTERNAL_MU") throw notModelled(`MessageType ${type}`);
  if (type !== "RAW" && type !== "DIGEST")
    throw invalid(`MessageType ${type} is not one of RAW, DIGEST, EXTERNAL_MU`);
  if (type === "DIGEST" && bytes(call, "Message").length !== digestBytes(algorithm))
    throw invalid(`Digest is invalid length for algorithm ${algorithm}.`);
  return type === "DIGEST";
}

function message(call: Call): Buffer {
  const given = bytes(call, "Message");
  if (given.length <= LONGEST_MESSAGE) return given;
  throw invalid(
    "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or " +
      `equal to ${LONGEST_MESSAGE}`,
  );
}

function bytes(call: Call, name: string): Buffer {
  return Buffer.from(required(call, name), "base64");
}
