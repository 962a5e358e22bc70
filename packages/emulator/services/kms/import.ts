import { randomBytes } from "node:crypto";
import { AwsError, type Call, type Cloud, type JsonObject, type OperationTable } from "../../contract";
import { expireLater, forgetMaterial } from "./work";
import { invalid, notFound } from "./errors";
import { required, text } from "./input";
import { importedMaterialId, isComplete, isPending } from "./materials";
import { onKey } from "./on-key";
import type { ImportParameters, Key, KmsState, Material } from "./state";
import { newWrappingKey, unwrap, WRAPPING_ALGORITHMS, WRAPPING_KEY_SPECS } from "./unwrap";

const TOKEN_SECONDS = 24 * 3600;
const MATERIAL_BYTES = 32;
const LONGEST_VALID_SECONDS = 365 * 86_400;
const EXPIRES = "KEY_MATERIAL_EXPIRES";

/** Keys with imported material. Source: KMS API reference, "ImportKeyMaterial". */
export function importOperations(state: KmsState): OperationTable {
  return {
    GetParametersForImport: onKey(state, {
      state: "importable",
      origin: "EXTERNAL",
      context: (call) => ({ "kms:WrappingAlgorithm": required(call, "WrappingAlgorithm") }),
      run: (key, call, cloud) => parametersForImport(state, key, call, cloud),
    }),
    ImportKeyMaterial: onKey(state, {
      state: "importable",
      origin: "EXTERNAL",
      context(call) {
        const validTo = call.input["ValidTo"];
        return {
          "kms:ExpirationModel": text(call, "ExpirationModel") ?? EXPIRES,
          ...(typeof validTo === "number" ? { "kms:ValidTo": new Date(validTo * 1000).toISOString() } : {}),
        };
      },
      run: (key, call, cloud) => importMaterial(state, key, call, cloud),
    }),
    DeleteImportedKeyMaterial: onKey(state, {
      origin: "EXTERNAL",
      run(key, call) {
        const { materials } = state.family(key);
        const asked = text(call, "KeyMaterialId");
        const material = materials.find((candidate) =>
          asked === undefined ? candidate.state === "CURRENT" : candidate.id === asked,
        );
        if (asked !== undefined && material === undefined)
          throw notFound(`Key material ${asked} is not found.`);
        if (material !== undefined) forgetMaterial(state, key, material.id);
        return { KeyId: key.arn, KeyMaterialId: material?.id };
      },
    }),
  };
}

async function parametersForImport(
  state: KmsState,
  key: Key,
  call: Call,
  { clock }: Cloud,
): Promise<JsonObject> {
  const algorithm = oneOf(call, "WrappingAlgorithm", WRAPPING_ALGORITHMS);
  const spec = oneOf(call, "WrappingKeySpec", WRAPPING_KEY_SPECS);
  const { publicKey, privateKey } = await newWrappingKey(spec);
  const token = randomBytes(256).toString("base64");
  const validTo = new Date(clock.now().getTime() + TOKEN_SECONDS * 1000);
  state.importTokens.set(token, { keyArn: key.arn, algorithm, privateKey, validTo });
  return {
    KeyId: key.arn,
    ImportToken: token,
    PublicKey: publicKey.toString("base64"),
    ParametersValidTo: validTo,
  };
}

function importMaterial(state: KmsState, key: Key, call: Call, { clock }: Cloud): JsonObject {
  const now = clock.now();
  const validTo = readValidTo(call, now);
  const token = readToken(state, key, call, now);
  const bytes = unwrap(
    Buffer.from(required(call, "EncryptedKeyMaterial"), "base64"),
    token.privateKey,
    token.algorithm,
  );
  if (bytes.length !== MATERIAL_BYTES) {
    throw incorrect(`The key material has ${bytes.length} bytes; a symmetric key takes ${MATERIAL_BYTES}.`);
  }
  const material = associate(state, key, call, bytes);
  material.description = text(call, "KeyMaterialDescription") ?? material.description;
  key.imported = { ...key.imported, [material.id]: { bytes, validTo } };
  if (validTo !== undefined) expireLater(clock, key, material.id, validTo);
  promote(state, key, material);
  if (key.state === "PendingImport" && isComplete(state, key)) key.state = "Enabled";
  return { KeyId: key.arn, KeyMaterialId: material.id };
}

/** Finds the material among the key's materials, or adds it. @throws AwsError IncorrectKeyMaterialException */
function associate(state: KmsState, key: Key, call: Call, bytes: Buffer): Material {
  const { materials } = state.family(key);
  const id = importedMaterialId(key, bytes);
  const known = materials.find((material) => material.id === id);
  const type =
    text(call, "ImportType") ??
    (materials.length === 0 && key.multiRegion !== "REPLICA" ? "NEW_KEY_MATERIAL" : "EXISTING_KEY_MATERIAL");
  const asked = text(call, "KeyMaterialId");
  if (type !== "NEW_KEY_MATERIAL") {
    if (known !== undefined && (asked === undefined || asked === id)) return known;
    throw incorrect("The key material is not the one that was imported into this key before.");
  }
  if (asked !== undefined) throw invalid("KeyMaterialId cannot be given with NEW_KEY_MATERIAL");
  if (key.multiRegion === "REPLICA") {
    throw new AwsError(
      "UnsupportedOperationException",
      `${key.arn} is a multi-Region replica key: new key material goes into the primary key first.`,
    );
  }
  if (known !== undefined) throw incorrect("The key material is already associated with this key.");
  const waiting = materials.find(isPending);
  if (waiting !== undefined) forgetMaterial(state, key, waiting.id);
  const added: Material = {
    id,
    state: materials.length === 0 ? "CURRENT" : "PENDING_MULTI_REGION_IMPORT_AND_ROTATION",
  };
  materials.push(added);
  return added;
}

/** New material can be rotated to once every replica has it, too. */
function promote(state: KmsState, key: Key, material: Material): void {
  if (material.state !== "PENDING_MULTI_REGION_IMPORT_AND_ROTATION") return;
  if (state.related(key).every(({ imported }) => imported[material.id] !== undefined))
    material.state = "PENDING_ROTATION";
}

function readToken(state: KmsState, key: Key, call: Call, now: Date): ImportParameters {
  const token = state.importTokens.get(required(call, "ImportToken"));
  if (token === undefined || token.keyArn !== key.arn) {
    throw new AwsError("InvalidImportTokenException", "The import token was not issued for this key.");
  }
  if (token.validTo.getTime() <= now.getTime()) {
    throw new AwsError("ExpiredImportTokenException", "The import token has expired.");
  }
  return token;
}

function readValidTo(call: Call, now: Date): Date | undefined {
  const model = oneOf(call, "ExpirationModel", [EXPIRES, "KEY_MATERIAL_DOES_NOT_EXPIRE"], EXPIRES);
  const given = call.input["ValidTo"];
  if (model !== EXPIRES) {
    if (given === undefined || given === null) return undefined;
    throw invalid(`ValidTo cannot be given with ExpirationModel ${model}`);
  }
  if (typeof given !== "number") throw invalid(`ExpirationModel ${EXPIRES} needs ValidTo`);
  const ahead = given - now.getTime() / 1000;
  if (ahead <= 0) throw invalid("ValidTo must be in the future");
  if (ahead > LONGEST_VALID_SECONDS) throw invalid("ValidTo must be at most 365 days ahead");
  return new Date(given * 1000);
}

function oneOf(call: Call, name: string, values: readonly string[], standard?: string): string {
  const value = text(call, name) ?? standard ?? required(call, name);
  if (values.includes(value)) return value;
  throw invalid(
    `1 validation error detected: Value '${value}' at '${name[0]?.toLowerCase() ?? ""}${name.slice(1)}' failed to satisfy ` +
      `constraint: Member must satisfy enum value set: [${values.join(", ")}]`,
  );
}

function incorrect(message: string): AwsError {
  return new AwsError("IncorrectKeyMaterialException", message);
}
