import { keyArn, sha256 } from "@keyferry/common";
import { terraformText } from "../core/terraform-text";
import {
  isKeyReference,
  keyReferenceId,
  type Conditions,
  type KeyReference,
  type PolicyDocument,
  type PolicyStatement,
  type Statement,
} from "./document";
import { isKeyArn } from "./key-name";

/** The reader of the rendered document. */
export interface RenderTarget {
  /** The key's ARN, or a token that resolves to it. */
  keyArn(key: KeyReference): string;
  /** Any other text: Terraform needs IAM variables escaped, the proof reads them unchanged. */
  text(value: string): string;
}

/** For proofs and size checks: every key has a well-formed, stable ARN of full length, known before the key exists. */
export const proofTarget: RenderTarget = {
  keyArn: proofArn,
  text: (value) => value,
};

const proofArns = new Map<string, string>();

/** Cached: a proof requests the same key thousands of times. */
function proofArn(key: KeyReference): string {
  if (isKeyArn(key.alias)) return key.alias;
  const id = keyReferenceId(key);
  const known = proofArns.get(id);
  if (known !== undefined) return known;
  const arn = keyArn(key.region, key.account, uuidOf(id));
  proofArns.set(id, arn);
  return arn;
}

/** For Terraform: keys come from `keyArn`, and `${aws:...}` is written `$${aws:...}` so that Terraform does not interpret it. */
export function terraformTarget(keyArnOf: (key: KeyReference) => string): RenderTarget {
  return { keyArn: keyArnOf, text: terraformText };
}

/** Converts statements to the document that AWS reads; keeps the order of statements and lists. */
export function renderPolicy(statements: readonly Statement[], target: RenderTarget): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: statements.map((statement) => renderStatement(statement, target)),
  };
}

function renderStatement(statement: Statement, target: RenderTarget): PolicyStatement {
  return {
    Sid: statement.sid,
    Effect: statement.effect,
    ...(statement.principal === undefined ? {} : { Principal: statement.principal }),
    Action: statement.actions,
    ...(statement.resources === undefined
      ? {}
      : {
          Resource: statement.resources.map((r) => (isKeyReference(r) ? target.keyArn(r) : target.text(r))),
        }),
    ...(statement.conditions === undefined
      ? {}
      : { Condition: renderConditions(statement.conditions, target) }),
  };
}

function renderConditions(conditions: Conditions, target: RenderTarget): Conditions {
  return mapValues(conditions, (keys) =>
    mapValues(keys, (values) => values.map((value) => target.text(value))),
  );
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function uuidOf(text: string): string {
  const hex = sha256(text);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
