import { constants, createPublicKey, publicEncrypt } from "node:crypto";
import { parseArn } from "@keyferry/common";
import { ConfigurationError, type Problem } from "../../../core/errors";
import type { Place, Topology } from "../../../topology";
import { isAwsError, type DeployerAccess, type ImportableKey } from "../../aws";
import type { Refusal } from "../../engine/errors";
import type { KeyChange } from "../../engine/results";
import { refused } from "./refusals";

/** Bytes of a symmetric key. Source: KMS developer guide, Importing key material. */
export const MATERIAL_BYTES = 32;
/** Source: KMS API reference, ImportKeyMaterial, ValidTo. */
const LONGEST_VALID_DAYS = 365;
const DAY_MS = 86_400_000;

export interface MaterialImport {
  /** ARN of a key with imported material; for a multi-Region key any of the related keys. */
  readonly key: string;
  /** 32 bytes; overwritten with zeros when the import ends, successfully or not. */
  readonly material: Buffer;
  /** Stores the material for the user, before it is sent to KMS and only if the key can take it. @default - it is stored already */
  readonly keep?: () => void;
  /** When KMS deletes the material. @default - never */
  readonly validTo?: Date;
  /** Whether it is new material, for an on-demand rotation of the key. @default false */
  readonly forRotation?: boolean;
}

interface Access {
  readonly topology: Topology;
  readonly deployer: DeployerAccess;
  readonly now: Date;
}

/**
 * Imports a key's material, and the same material into each replica of a multi-Region key, the primary first. Importing the same
 * material again changes only its expiry, so an interrupted import can be run again. The bytes are sent only to KMS, wrapped with
 * RSA-OAEP with SHA-256.
 * @throws ConfigurationError with every problem of the input, before any call
 */
export async function importMaterial(access: Access, given: MaterialImport): Promise<KeyChange> {
  try {
    const home = checkedPlace(access, given);
    return await imported(access, given, home);
  } finally {
    given.material.fill(0);
  }
}

async function imported(
  { topology, deployer }: Access,
  given: MaterialImport,
  home: Place,
): Promise<KeyChange> {
  const found = await deployer.keyMaterial(home).describe(given.key);
  if (found === undefined) return refused(topology.name, [notThere(given.key, home)]);
  const problem = whyNot(found, home);
  if (problem !== undefined) return refused(topology.name, [problem]);
  given.keep?.();
  const { primary, replicas } = found.related ?? { primary: found.arn, replicas: [] };
  const done: string[] = [];
  for (const arn of [primary, ...replicas]) {
    const port = deployer.keyMaterial({ ...home, region: parseArn(arn)?.region ?? home.region });
    try {
      const { publicKey, token } = await port.parameters(arn);
      const send = (type?: "NEW_KEY_MATERIAL") =>
        port.import(arn, wrapped(given.material, publicKey), token, given.validTo, type);
      // The material is new only for the primary key; for its replicas and a repeated import it is existing material.
      if (given.forRotation !== true || arn !== primary) await send();
      else await unlessKnown(() => send("NEW_KEY_MATERIAL"), send);
    } catch (error) {
      if (!isAwsError(error, "IncorrectKeyMaterialException")) throw error;
      return { ...refused(topology.name, [otherMaterial(arn, home, error.message)]), done };
    }
    done.push(`${arn} has the material${validity(given)}`);
  }
  return {
    topology: topology.name,
    done,
    notes: [
      ...(given.forRotation === true
        ? [
            "nothing is encrypted under it yet: keyferry keys rotate begins to use it, and what was encrypted before still needs the former material",
          ]
        : []),
      "keep the material: AWS does not return it, and after it expires or is deleted, only the same bytes make data under the key readable again",
    ],
    refusals: [],
  };
}

async function unlessKnown(first: () => Promise<void>, again: () => Promise<void>): Promise<void> {
  try {
    await first();
  } catch (error) {
    if (!isAwsError(error, "IncorrectKeyMaterialException")) throw error;
    await again();
  }
}

/** The key's place. @throws ConfigurationError with every problem of the input */
function checkedPlace({ topology, now }: Access, { key, material, validTo }: MaterialImport): Place {
  const problems: Problem[] = [];
  const arn = parseArn(key);
  const isKey = arn?.service === "kms" && arn.resource.startsWith("key/");
  const account = topology.accounts.find(({ id }) => id === arn?.account);
  if (arn === undefined || !isKey) {
    problems.push({
      path: "<key>",
      what: `"${key}" is not the ARN of a key`,
      allowed: `arn:${topology.partition}:kms:<region>:<account>:key/<id>`,
      fix: "aws kms describe-key --key-id <alias or id> shows it as Arn",
    });
  } else if (account === undefined) {
    problems.push({
      path: "<key>",
      what: `the topology has no account ${arn.account}`,
      allowed: topology.accounts.map(({ id, name }) => `${id} (${name})`).join(", "),
    });
  }
  if (material.length !== MATERIAL_BYTES) {
    problems.push({
      path: "--material",
      what: `it has ${material.length} bytes`,
      allowed: `${MATERIAL_BYTES} raw bytes, not hexadecimal or Base64 text`,
      fix: "openssl rand -out material.bin 32 generates them, or use --generate",
    });
  }
  const days = validTo === undefined ? 1 : (validTo.getTime() - now.getTime()) / DAY_MS;
  if (!(days > 0 && days <= LONGEST_VALID_DAYS)) {
    problems.push({
      path: "--expires",
      what: "it is not a time within the next 365 days",
      allowed: "a time such as 2027-01-31T00:00:00Z, at most 365 days ahead",
    });
  }
  if (problems.length > 0 || account === undefined || arn === undefined)
    throw new ConfigurationError(problems, "the options");
  return { account, region: arn.region };
}

function notThere(key: string, { account, region }: Place): Refusal {
  const what = `there is no such key in ${account.id} ${region}`;
  return { subject: key, what, fix: "check its ARN", account: account.id };
}

/** Why material cannot be imported into a key; undefined if it can. */
function whyNot(found: ImportableKey, { account }: Place): Refusal | undefined {
  const refusal = (what: string, fix: string) => ({ subject: found.arn, what, fix, account: account.id });
  if (found.origin !== "EXTERNAL") {
    return refusal(
      `its origin is ${found.origin}: AWS generates its material, and none can be imported`,
      "declare a new key with ImportedKey; a key's origin never changes",
    );
  }
  if (found.spec !== "SYMMETRIC_DEFAULT")
    return refusal(`its key spec is ${found.spec}`, "EBS, RDS and S3 support SYMMETRIC_DEFAULT only");
  if (found.state === "PendingDeletion") {
    return refusal(
      "it is pending deletion",
      "cancel its deletion first, with kms:CancelKeyDeletion, or create a new key",
    );
  }
  return undefined;
}

function otherMaterial(arn: string, { account }: Place, reason: string): Refusal {
  return {
    subject: arn,
    what: `KMS refused the material: ${reason}`,
    fix: "import the bytes that were imported into this key first: a key's material cannot be replaced, because data under it would be lost. To rotate to other material: --for-rotation, then keyferry keys rotate",
    account: account.id,
  };
}

function wrapped(material: Buffer, publicKey: Uint8Array): Buffer {
  const key = createPublicKey({ key: Buffer.from(publicKey), format: "der", type: "spki" });
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" }, material);
}

function validity({ validTo }: MaterialImport): string {
  return validTo === undefined ? ", which does not expire" : ` until ${validTo.toISOString()}`;
}
