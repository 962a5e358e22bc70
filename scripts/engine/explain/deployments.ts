import { parseArn } from "@keyferry/common";
import { explainWords } from "./explain-words";
import type { Explanation } from "./explanation";
import type { ParsedError } from "./reading/parsed-error";
import { readWords } from "./reading/read-words";

/** The account that Terraform called for a resource, and the role that it used, as far as known. */
export interface DeploySite {
  /** 12 digits. */
  readonly account?: string;
  readonly region?: string;
  /** ARN of the role that Terraform assumes. @default - the profile or the ambient credentials as they are */
  readonly role?: string;
  /** The operator account, in which Keyferry and Terraform start; 12 digits. */
  readonly operator: string;
  /** The command that removes the lock with this ID from the stack's state. @default - Terraform's, without the stack */
  readonly unlock?: (lock: string) => string;
}

/** Why Terraform failed. */
export interface DeployFailure {
  /** `KMS CreateKey`; absent if no AWS call failed. */
  readonly call?: string;
  readonly explanation: Explanation;
}

const SERVICE_CALL = /operation error ([^:]+): (\w+)/;

/** What Terraform prints about a lock that it could not acquire. */
const HELD_LOCK = /Error acquiring the state lock[^]*Lock Info:\s+ID:\s+([\w-]+)/;

/** Explains a failure of Terraform from its output; makes no calls. */
export function explainDeployment(words: string, site: DeploySite): DeployFailure {
  const held = HELD_LOCK.exec(words)?.[1];
  if (held !== undefined) return { explanation: heldLock(words, held, site) };
  const [, service, operation] = SERVICE_CALL.exec(words) ?? [];
  const heard = refusalIn(words);
  const call = operation === undefined ? heard.operation : `${service} ${operation}`;
  const where = {
    ...(site.account && { account: site.account }),
    ...(site.region && { region: site.region }),
  };
  const explanation =
    operation === "AssumeRole" && site.role !== undefined
      ? { ...explainWords(heard, where), ...roleCause(site.role, site.operator) }
      : explainWords(heard, where);
  return { ...(call && { call }), explanation: { ...explanation, reason: reasonOf(words, heard) } };
}

/** If the lock is an object in a bucket, AWS's refusal to write it twice does not say why. */
function heldLock(words: string, lock: string, { unlock }: DeploySite): Explanation {
  const { cause, fixes, ...explanation } = explainWords({ message: words.replace(/\s+/g, " ").trim() });
  const byCommand = unlock === undefined ? fixes : [`${WAIT}: ${unlock(lock)}`];
  return { ...explanation, cause, fixes: byCommand, reason: words.trim() };
}

const WAIT =
  "wait for the other one, which may continue although its Keyferry was killed; once no Terraform is running on the stack, on any machine";

/** The only bucket that Terraform uses is the one of its state, and only Terraform's message says so, not AWS's. */
const OF_THE_STATE = "NoSuchBucket";

/** The error in the text: the one that has AWS's code, if there is one. */
function refusalIn(words: string): ParsedError {
  const heard = readWords(words);
  return (
    heard.find(({ code }) => code !== undefined && code !== OF_THE_STATE) ?? {
      message: words.replace(/\s+/g, " ").trim(),
    }
  );
}

/** AWS's own words, or Terraform's if AWS returned none. */
function reasonOf(words: string, { code, message, requestId }: ParsedError): string {
  if (code === undefined) return words.trim();
  return `${code}: ${message}${requestId === undefined ? "" : ` (request id ${requestId})`}`;
}

function roleCause(role: string, operator: string): Pick<Explanation, "cause" | "fixes" | "account"> {
  const account = parseArn(role)?.account ?? "";
  return {
    cause: `the deploy role ${role} does not exist, does not trust account ${operator}, or your own credentials may not assume it`,
    fixes: [
      `account ${account} must have that role, with account ${operator} in its trust policy; \`deployRole\` or \`profile\` of the account in the topology names other credentials`,
      `account ${operator} must allow sts:AssumeRole on it to the credentials that you use`,
    ],
    account,
  };
}
