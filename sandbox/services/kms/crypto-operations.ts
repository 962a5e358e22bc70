import { randomBytes } from "node:crypto";
import type { Call, Cloud, JsonObject, Operation, OperationTable } from "../../contract";
import { encryptionContextKeys, keyCheck } from "./access";
import { seal, unseal, type EncryptionContext } from "./cipher";
import { openedBy } from "./ciphertext-key";
import { newDataKey, newDataKeyPair } from "./data-keys";
import { rejectDryRun } from "./dry-run";
import { invalid } from "./errors";
import { grantTokens, integer, required, stringMap } from "./input";
import { requireState } from "./key-states";
import { keyOf, onKey, type KeyOperation } from "./on-key";
import type { Key, KmsState } from "./state";

const ALGORITHM = "SYMMETRIC_DEFAULT";
const LARGEST_PLAINTEXT = 4096;

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
        const { CiphertextBlob } = sealed(state, key, plaintext, contextOf(call));
        return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: ALGORITHM };
      },
    }),
    GenerateDataKey: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = newDataKey(call);
        rejectDryRun(call);
        const answer = sealed(state, key, plaintext, contextOf(call));
        return { ...answer, KeyId: key.arn, Plaintext: plaintext.toString("base64") };
      },
    }),
    GenerateDataKeyWithoutPlaintext: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = newDataKey(call);
        rejectDryRun(call);
        return { ...sealed(state, key, plaintext, contextOf(call)), KeyId: key.arn };
      },
    }),
    GenerateDataKeyPair: dataKeyPair(state, true),
    GenerateDataKeyPairWithoutPlaintext: dataKeyPair(state, false),
    GenerateRandom: {
      checks: () => [{ action: "kms:GenerateRandom", resource: "*" }],
      run(call) {
        const bytes = integer(call, "NumberOfBytes", 1, 1024);
        if (bytes === undefined) throw invalid("NumberOfBytes must be given");
        return { Plaintext: randomBytes(bytes).toString("base64") };
      },
    },
    Decrypt: decrypt(state),
    ReEncrypt: reEncrypt(state),
  };
}

const use: Omit<KeyOperation, "run"> = {
  crossAccount: true,
  alias: true,
  state: "usable",
  context: (call) => encryptionContextKeys(contextOf(call)),
};

function dataKeyPair(state: KmsState, withPlaintext: boolean): Operation {
  return onKey(state, {
    ...use,
    context: (call) => ({
      ...encryptionContextKeys(contextOf(call)),
      "kms:DataKeyPairSpec": required(call, "KeyPairSpec"),
    }),
    async run(key, call) {
      rejectDryRun(call);
      const { publicKey, privateKey } = await newDataKeyPair(call);
      const { CiphertextBlob, KeyMaterialId } = sealed(state, key, privateKey, contextOf(call));
      return {
        KeyId: key.arn,
        KeyPairSpec: required(call, "KeyPairSpec"),
        PublicKey: publicKey.toString("base64"),
        PrivateKeyCiphertextBlob: CiphertextBlob,
        PrivateKeyPlaintext: withPlaintext ? privateKey.toString("base64") : undefined,
        KeyMaterialId,
      };
    },
  });
}

function decrypt(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const tokens = grantTokens(state, call);
      const { key } = openedBy(state, call, cloud, "KeyId");
      return [keyCheck(state, key, "Decrypt", encryptionContextKeys(contextOf(call)), tokens)];
    },
    run(call, cloud) {
      const { key, blob } = openedBy(state, call, cloud, "KeyId");
      requireState(key, "usable");
      rejectDryRun(call);
      const plaintext = blob === undefined ? Buffer.of() : unseal(state, key, blob, contextOf(call));
      return {
        KeyId: key.arn,
        Plaintext: plaintext.toString("base64"),
        EncryptionAlgorithm: ALGORITHM,
        KeyMaterialId: blob?.materialId,
      };
    },
  };
}

function reEncrypt(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const tokens = grantTokens(state, call);
      const { key: from } = openedBy(state, call, cloud, "SourceKeyId");
      const to = keyOf(state, call, cloud, "DestinationKeyId");
      const same = { "kms:ReEncryptOnSameKey": String(from === to) };
      const source = encryptionContextKeys(contextOf(call, "SourceEncryptionContext"));
      const destination = encryptionContextKeys(contextOf(call, "DestinationEncryptionContext"));
      return [
        keyCheck(state, from, "ReEncryptFrom", { ...source, ...same }, tokens),
        keyCheck(state, to, "ReEncryptTo", { ...destination, ...same }, tokens),
      ];
    },
    run: (call, cloud) => runReEncrypt(state, call, cloud),
  };
}

function runReEncrypt(state: KmsState, call: Call, cloud: Cloud): JsonObject {
  const { key: from, blob } = openedBy(state, call, cloud, "SourceKeyId");
  const to = keyOf(state, call, cloud, "DestinationKeyId");
  requireState(from, "usable");
  requireState(to, "usable");
  rejectDryRun(call);
  const source = contextOf(call, "SourceEncryptionContext");
  const plaintext = blob === undefined ? Buffer.of() : unseal(state, from, blob, source);
  const answer = sealed(state, to, plaintext, contextOf(call, "DestinationEncryptionContext"));
  return {
    CiphertextBlob: answer.CiphertextBlob,
    SourceKeyId: from.arn,
    KeyId: to.arn,
    SourceEncryptionAlgorithm: ALGORITHM,
    DestinationEncryptionAlgorithm: ALGORITHM,
    SourceKeyMaterialId: blob?.materialId,
    DestinationKeyMaterialId: answer.KeyMaterialId,
  };
}

function sealed(
  state: KmsState,
  key: Key,
  plaintext: Buffer,
  context: EncryptionContext,
): { readonly CiphertextBlob: string; readonly KeyMaterialId: string } {
  const { blob, materialId } = seal(state, key, plaintext, context);
  return { CiphertextBlob: blob.toString("base64"), KeyMaterialId: materialId };
}

function contextOf(call: Call, parameter = "EncryptionContext"): EncryptionContext {
  return stringMap(call.input[parameter]) ?? {};
}
