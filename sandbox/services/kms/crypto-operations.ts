import { randomBytes } from "node:crypto";
import { AwsError, type Call, type Cloud, type Operation, type OperationTable } from "../../contract";
import { encryptionContextKeys, keyCheck } from "./access";
import { readSealed, seal, unseal, type EncryptionContext, type Sealed } from "./cipher";
import { rejectDryRun } from "./dry-run";
import { invalid, keyNotFound, requireState } from "./errors";
import { integer, required, stringMap, text } from "./input";
import { keyOf, onKey, type KeyOperation } from "./on-key";
import type { Key, KmsState } from "./state";

const ALGORITHM = "SYMMETRIC_DEFAULT";
const LARGEST_PLAINTEXT = 4096;
const KEY_BYTES: Readonly<Record<string, number>> = { AES_256: 32, AES_128: 16 };

/** Symmetric cryptography, with keys of the own and of other accounts. */
export function cryptoOperations(state: KmsState): OperationTable {
  return {
    Encrypt: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = Buffer.from(required(call, "Plaintext"), "base64");
        if (plaintext.length > LARGEST_PLAINTEXT)
          throw invalid(`Plaintext is longer than ${LARGEST_PLAINTEXT} bytes`);
        rejectDryRun(call);
        return { ...sealed(key, plaintext, contextOf(call)), EncryptionAlgorithm: ALGORITHM };
      },
    }),
    GenerateDataKey: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = randomBytes(dataKeyBytes(call));
        rejectDryRun(call);
        return { ...sealed(key, plaintext, contextOf(call)), Plaintext: plaintext.toString("base64") };
      },
    }),
    GenerateDataKeyWithoutPlaintext: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = randomBytes(dataKeyBytes(call));
        rejectDryRun(call);
        return sealed(key, plaintext, contextOf(call));
      },
    }),
    Decrypt: decrypt(state),
    ReEncrypt: reEncrypt(state),
  };
}

const use: Omit<KeyOperation, "run"> = {
  crossAccount: true,
  alias: true,
  state: "enabled",
  context: (call) => encryptionContextKeys(contextOf(call)),
};

function decrypt(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const { key } = openedBy(state, call, cloud, "KeyId");
      return [keyCheck(state, key, "Decrypt", encryptionContextKeys(contextOf(call)))];
    },
    run(call, cloud) {
      const { key, blob } = openedBy(state, call, cloud, "KeyId");
      requireState(key, "enabled");
      rejectDryRun(call);
      const plaintext = unseal(key, blob, contextOf(call));
      return { KeyId: key.arn, Plaintext: plaintext.toString("base64"), EncryptionAlgorithm: ALGORITHM };
    },
  };
}

function reEncrypt(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const { key: from } = openedBy(state, call, cloud, "SourceKeyId");
      const to = keyOf(state, call, cloud, "DestinationKeyId");
      const same = { "kms:ReEncryptOnSameKey": String(from === to) };
      const source = encryptionContextKeys(contextOf(call, "SourceEncryptionContext"));
      const destination = encryptionContextKeys(contextOf(call, "DestinationEncryptionContext"));
      return [
        keyCheck(state, from, "ReEncryptFrom", { ...source, ...same }),
        keyCheck(state, to, "ReEncryptTo", { ...destination, ...same }),
      ];
    },
    run(call, cloud) {
      const { key: from, blob } = openedBy(state, call, cloud, "SourceKeyId");
      const to = keyOf(state, call, cloud, "DestinationKeyId");
      requireState(from, "enabled");
      requireState(to, "enabled");
      rejectDryRun(call);
      const plaintext = unseal(from, blob, contextOf(call, "SourceEncryptionContext"));
      return {
        ...sealed(to, plaintext, contextOf(call, "DestinationEncryptionContext")),
        SourceKeyId: from.arn,
        SourceEncryptionAlgorithm: ALGORITHM,
        DestinationEncryptionAlgorithm: ALGORITHM,
      };
    },
  };
}

/** The key that a ciphertext names; a key that the caller names as well must be the same one. */
function openedBy(state: KmsState, call: Call, cloud: Cloud, parameter: string): { key: Key; blob: Sealed } {
  const blob = readSealed(Buffer.from(required(call, "CiphertextBlob"), "base64"));
  const key = state.key(blob.keyArn);
  if (key === undefined || key.region !== call.region) throw keyNotFound(blob.keyArn);
  if (text(call, parameter) !== undefined && keyOf(state, call, cloud, parameter) !== key) {
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  return { key, blob };
}

function sealed(
  key: Key,
  plaintext: Buffer,
  context: EncryptionContext,
): { CiphertextBlob: string; KeyId: string } {
  return { CiphertextBlob: seal(key, plaintext, context).toString("base64"), KeyId: key.arn };
}

function contextOf(call: Call, parameter = "EncryptionContext"): EncryptionContext {
  return stringMap(call.input[parameter]) ?? {};
}

function dataKeyBytes(call: Call): number {
  const spec = text(call, "KeySpec");
  const bytes = integer(call, "NumberOfBytes", 1, 1024);
  const fromSpec = spec === undefined ? undefined : KEY_BYTES[spec];
  if ((bytes === undefined) === (fromSpec === undefined)) {
    throw invalid("Please specify either number of bytes or key spec.");
  }
  return bytes ?? fromSpec ?? 0;
}
