import { randomBytes } from "node:crypto";
import type { ContextValue } from "@keyferry/evaluator";
import type { AwsError, Call, Cloud, JsonObject, Operation, OperationTable } from "../../contract";
import { encryptionContextKeys, keyCheck } from "./access";
import { seal, type EncryptionContext } from "./cipher";
import { openedBy, refuseContext, SYMMETRIC, type Opening } from "./ciphertext-key";
import { newDataKey, newDataKeyPair } from "./data-keys";
import { rejectDryRun } from "./dry-run";
import { invalid } from "./errors";
import { grantTokens, integer, required, stringMap, text } from "./input";
import { encryptRsa } from "./key-pairs";
import { requireAlgorithm, requireUsage } from "./key-usage";
import { requireState } from "./key-states";
import { currentMaterial } from "./materials";
import { keyOf, onKey, type KeyOperation } from "./on-key";
import type { Key, KmsState } from "./state";

const LARGEST_PLAINTEXT = 4096;

/** @throws AwsError ValidationException outside of 1 to 4096 bytes. Source of the texts: moto's AWS-verified tests. */
function plaintextOf(call: Call): Buffer {
  const given = text(call, "Plaintext") ?? required(call, "Plaintext");
  const plaintext = Buffer.from(given, "base64");
  if (plaintext.length === 0) throw outOfLength("greater than or equal to 1");
  if (plaintext.length > LARGEST_PLAINTEXT) throw outOfLength(`less than or equal to ${LARGEST_PLAINTEXT}`);
  return plaintext;
}

function outOfLength(bound: string): AwsError {
  return invalid(
    `1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length ${bound}`,
  );
}

/** Encryption, decryption and data keys, with keys of the same and of other accounts. */
export function cryptoOperations(state: KmsState): OperationTable {
  return {
    Encrypt: onKey(state, {
      ...use,
      run(key, call) {
        const plaintext = plaintextOf(call);
        const algorithm = algorithmOf(call);
        requireUsage(key, "Encrypt");
        requireAlgorithm(key, algorithm);
        rejectDryRun(call);
        const { CiphertextBlob } = encrypted(state, key, plaintext, algorithm, contextOf(call));
        return { CiphertextBlob, KeyId: key.arn, EncryptionAlgorithm: algorithm };
      },
    }),
    GenerateDataKey: onKey(state, {
      ...use,
      run(key, call) {
        requireUsage(key, call.operation);
        const plaintext = newDataKey(call);
        rejectDryRun(call);
        const answer = encrypted(state, key, plaintext, SYMMETRIC, contextOf(call));
        return { ...answer, KeyId: key.arn, Plaintext: plaintext.toString("base64") };
      },
    }),
    GenerateDataKeyWithoutPlaintext: onKey(state, {
      ...use,
      run(key, call) {
        requireUsage(key, call.operation);
        const plaintext = newDataKey(call);
        rejectDryRun(call);
        return { ...encrypted(state, key, plaintext, SYMMETRIC, contextOf(call)), KeyId: key.arn };
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
  context: (call) => contextKeys(contextOf(call), algorithmOf(call)),
};

function dataKeyPair(state: KmsState, withPlaintext: boolean): Operation {
  return onKey(state, {
    ...use,
    context: (call) => ({
      ...contextKeys(contextOf(call), SYMMETRIC),
      "kms:DataKeyPairSpec": required(call, "KeyPairSpec"),
    }),
    async run(key, call) {
      requireUsage(key, call.operation);
      rejectDryRun(call);
      const { publicKey, privateKey } = await newDataKeyPair(call);
      const { CiphertextBlob, KeyMaterialId } = encrypted(state, key, privateKey, SYMMETRIC, contextOf(call));
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
  const opening = (call: Call): Opening => ({
    parameter: "KeyId",
    algorithm: algorithmOf(call),
    operation: "Decrypt",
  });
  return {
    checks(call, cloud) {
      const tokens = grantTokens(state, call);
      const { key } = openedBy(state, call, cloud, opening(call));
      return [keyCheck(state, key, "Decrypt", contextKeys(contextOf(call), algorithmOf(call)), tokens)];
    },
    run(call, cloud) {
      const { key, materialId, open } = openedBy(state, call, cloud, opening(call));
      requireState(key, "usable");
      rejectDryRun(call);
      return {
        KeyId: key.arn,
        Plaintext: open(contextOf(call)).toString("base64"),
        EncryptionAlgorithm: algorithmOf(call),
        KeyMaterialId: materialId,
      };
    },
  };
}

/** The keys that ReEncrypt reads and writes with, under the names of its parameters. */
function sidesOf(
  call: Call,
): Readonly<Record<"source" | "destination", { algorithm: string; context: EncryptionContext }>> {
  const side = (name: "Source" | "Destination") => ({
    algorithm: algorithmOf(call, `${name}EncryptionAlgorithm`),
    context: contextOf(call, `${name}EncryptionContext`),
  });
  return { source: side("Source"), destination: side("Destination") };
}

function reEncrypt(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const tokens = grantTokens(state, call);
      const { source, destination } = sidesOf(call);
      const { key: from } = openedBy(state, call, cloud, reading(source.algorithm));
      const to = keyOf(state, call, cloud, "DestinationKeyId");
      const same = { "kms:ReEncryptOnSameKey": String(from === to) };
      const read = { ...contextKeys(source.context, source.algorithm), ...same };
      const written = { ...contextKeys(destination.context, destination.algorithm), ...same };
      return [
        keyCheck(state, from, "ReEncryptFrom", read, tokens),
        keyCheck(state, to, "ReEncryptTo", written, tokens),
      ];
    },
    run: (call, cloud) => runReEncrypt(state, call, cloud),
  };
}

function reading(algorithm: string): Opening {
  return { parameter: "SourceKeyId", algorithm, operation: "ReEncryptFrom" };
}

function runReEncrypt(state: KmsState, call: Call, cloud: Cloud): JsonObject {
  const { source, destination } = sidesOf(call);
  const { key: from, materialId, open } = openedBy(state, call, cloud, reading(source.algorithm));
  const to = keyOf(state, call, cloud, "DestinationKeyId");
  requireState(from, "usable");
  requireState(to, "usable");
  requireUsage(to, "ReEncryptTo");
  requireAlgorithm(to, destination.algorithm);
  rejectDryRun(call);
  const answer = encrypted(state, to, open(source.context), destination.algorithm, destination.context);
  return {
    CiphertextBlob: answer.CiphertextBlob,
    SourceKeyId: from.arn,
    KeyId: to.arn,
    SourceEncryptionAlgorithm: source.algorithm,
    DestinationEncryptionAlgorithm: destination.algorithm,
    SourceKeyMaterialId: materialId,
    DestinationKeyMaterialId: answer.KeyMaterialId,
  };
}

function encrypted(
  state: KmsState,
  key: Key,
  plaintext: Buffer,
  algorithm: string,
  context: EncryptionContext,
): { readonly CiphertextBlob: string; readonly KeyMaterialId?: string } {
  if (algorithm === SYMMETRIC) {
    const { blob, materialId } = seal(state, key, plaintext, context);
    return { CiphertextBlob: blob.toString("base64"), KeyMaterialId: materialId };
  }
  refuseContext(context);
  const secret = currentMaterial(state, key)?.bytes ?? Buffer.of();
  return { CiphertextBlob: encryptRsa(secret, algorithm, plaintext).toString("base64") };
}

function contextKeys(context: EncryptionContext, algorithm: string): Record<string, ContextValue> {
  return { ...encryptionContextKeys(context), "kms:EncryptionAlgorithm": algorithm };
}

function algorithmOf(call: Call, parameter = "EncryptionAlgorithm"): string {
  return text(call, parameter) ?? SYMMETRIC;
}

function contextOf(call: Call, parameter = "EncryptionContext"): EncryptionContext {
  return stringMap(call.input[parameter]) ?? {};
}
