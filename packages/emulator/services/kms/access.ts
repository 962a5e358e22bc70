import type { ContextValue, GrantDocument } from "@keyferry/evaluator";
import { parsedPolicy } from "../../authorise/parsed-policy";
import type { AccessCheck } from "../../contract";
import type { Grant, Key, KmsState } from "./state";

type Context = Readonly<Record<string, ContextValue>>;

/**
 * The check of an action on a key, with its policy, its grants, and the condition keys about the key itself.
 * @param tokens the call's grant tokens: their grants count although they are not visible yet
 */
export function keyCheck(
  state: KmsState,
  key: Key,
  action: string,
  context: Context = {},
  tokens: readonly string[] = [],
): AccessCheck {
  const grants = [...key.grants, ...presented(state, key, tokens)];
  const aliases = state
    .aliasesOf(key.account, key.region)
    .filter(({ targetKeyId }) => targetKeyId === key.keyId);
  return {
    action: `kms:${action}`,
    resource: key.arn,
    resourceAccount: key.account,
    resourcePolicy: { name: `key policy of ${key.arn}`, document: parsedPolicy(key.policy) },
    principalIds: key.principalIds,
    grants: grants.map(grantDocument),
    granteeIds: Object.fromEntries(
      grants.flatMap(({ grantId, granteePrincipal, principalIds }) => {
        const id = principalIds[granteePrincipal];
        return id === undefined ? [] : [[grantId, id]];
      }),
    ),
    context: {
      "kms:KeySpec": key.spec,
      "kms:KeyUsage": key.usage,
      "kms:KeyOrigin": key.origin,
      "kms:MultiRegion": String(key.multiRegion !== undefined),
      ...(key.multiRegion === undefined ? {} : { "kms:MultiRegionKeyType": key.multiRegion }),
      ...(aliases.length === 0 ? {} : { "kms:ResourceAliases": aliases.map(({ name }) => name) }),
      ...prefixed("aws:ResourceTag/", key.tags),
      ...context,
    },
  };
}

/** Grants that the call refers to by their tokens and that are not visible yet. */
function presented({ live }: KmsState, key: Key, tokens: readonly string[]): readonly Grant[] {
  const ids = new Set(tokens.map((token) => live.grantTokens.get(token)?.grantId));
  const seen = new Set(key.grants.map(({ grantId }) => grantId));
  const now = live.key(key.arn)?.grants ?? [];
  return now.filter(({ grantId }) => ids.has(grantId) && !seen.has(grantId));
}

/** Condition keys of a symmetric operation's encryption context. */
export function encryptionContextKeys(context: Readonly<Record<string, string>> | undefined): Context {
  if (context === undefined || Object.keys(context).length === 0) return {};
  return {
    ...prefixed("kms:EncryptionContext:", context),
    "kms:EncryptionContextKeys": Object.keys(context),
  };
}

/** Condition keys of tags in a request. */
export function requestTagKeys(tags: Readonly<Record<string, string>>): Context {
  const names = Object.keys(tags);
  return names.length === 0 ? {} : { ...prefixed("aws:RequestTag/", tags), "aws:TagKeys": names };
}

function prefixed(prefix: string, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix + name, value]));
}

function grantDocument(grant: Grant): GrantDocument {
  const { grantId, granteePrincipal, operations, encryptionContextEquals, encryptionContextSubset } = grant;
  return { grantId, granteePrincipal, operations, encryptionContextEquals, encryptionContextSubset };
}
