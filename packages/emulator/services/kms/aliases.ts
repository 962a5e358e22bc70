import { AwsError, type Call, type Cloud, type Operation, type OperationTable } from "../../contract";
import { keyCheck } from "./access";
import { aliasNotFound, invalid, limitExceeded } from "./errors";
import { page, required, text } from "./input";
import { requireState } from "./key-states";
import { keyOf } from "./on-key";
import { aliasArn, type Alias, type Key, type KmsState } from "./state";

const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;
const DEFAULT_PAGE = 50;
/** Source: KMS developer guide, "Resource quotas". */
const ALIASES_PER_KEY = 50;

/** Aliases: an action on an alias is checked on the alias and on each key that it refers to. */
export function aliasOperations(state: KmsState): OperationTable {
  return {
    CreateAlias: createAlias(state),
    UpdateAlias: updateAlias(state),
    DeleteAlias: deleteAlias(state),
    ListAliases: {
      checks: () => [{ action: "kms:ListAliases", resource: "*" }],
      run(call, cloud) {
        const target = text(call, "KeyId") === undefined ? undefined : keyOf(state, call, cloud).keyId;
        const all = state
          .aliasesOf(call.caller.account, call.region)
          .filter(({ targetKeyId }) => target === undefined || targetKeyId === target);
        const { entries, rest } = page(call, all, DEFAULT_PAGE);
        return { Aliases: entries.map(describe), ...rest };
      },
    },
  };
}

function createAlias(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const name = requireName(call);
      const key = targetOf(state, call, cloud);
      return [onAlias(call, name), keyCheck(state, key, "CreateAlias", { "kms:RequestAlias": name })];
    },
    run(call, cloud) {
      const name = requireName(call);
      const key = targetOf(state, call, cloud);
      requireState(key, "kept");
      const arn = aliasArn(call.region, call.caller.account, name);
      if (state.alias(arn) !== undefined) {
        throw new AwsError("AlreadyExistsException", `An alias with the name ${arn} already exists`);
      }
      if (pointingAt(state, key).length >= ALIASES_PER_KEY)
        throw limitExceeded(`The key has ${ALIASES_PER_KEY} aliases.`);
      state.addAlias(call.caller.account, call.region, name, key.keyId, cloud.clock.now());
      return {};
    },
  };
}

function updateAlias(state: KmsState): Operation {
  return {
    checks(call, cloud) {
      const name = requireName(call);
      const alias = existing(state, call, name);
      const before = pointedAt(state, alias);
      const after = targetOf(state, call, cloud);
      const context = { "kms:RequestAlias": name };
      return [
        onAlias(call, name),
        ...[...before, after].map((key) => keyCheck(state, key, "UpdateAlias", context)),
      ];
    },
    run(call, cloud) {
      const alias = existing(state, call, requireName(call));
      const key = targetOf(state, call, cloud);
      requireState(key, "kept");
      alias.targetKeyId = key.keyId;
      alias.updated = cloud.clock.now();
      return {};
    },
  };
}

function deleteAlias(state: KmsState): Operation {
  return {
    checks(call) {
      const name = requireName(call);
      const keys = pointedAt(state, existing(state, call, name));
      const context = { "kms:RequestAlias": name };
      return [onAlias(call, name), ...keys.map((key) => keyCheck(state, key, "DeleteAlias", context))];
    },
    run(call) {
      state.removeAlias(existing(state, call, requireName(call)).arn);
      return {};
    },
  };
}

function onAlias(call: Call, name: string): { action: string; resource: string } {
  return { action: `kms:${call.operation}`, resource: aliasArn(call.region, call.caller.account, name) };
}

function requireName(call: Call): string {
  const name = required(call, "AliasName");
  if (!ALIAS_NAME.test(name)) {
    throw invalid(
      'Alias must start with the prefix "alias/" and hold letters, digits, slashes, underscores and dashes.',
    );
  }
  if (name.startsWith("alias/aws/")) {
    throw new AwsError("NotAuthorizedException", "Aliases that begin with alias/aws/ are reserved.");
  }
  return name;
}

/** @throws AwsError when the target is an alias, or belongs to another account */
function targetOf(state: KmsState, call: Call, cloud: Cloud): Key {
  const reference = required(call, "TargetKeyId");
  if (/(^|:)alias\//.test(reference)) throw invalid("Aliases must refer to keys. Not aliases");
  const key = keyOf(state, call, cloud, "TargetKeyId");
  if (key.account !== call.caller.account) throw invalid("Aliases cannot refer to keys of another account");
  return key;
}

function existing(state: KmsState, call: Call, name: string): Alias {
  const arn = aliasArn(call.region, call.caller.account, name);
  const alias = state.alias(arn);
  if (alias === undefined) throw aliasNotFound(arn);
  return alias;
}

function pointedAt(state: KmsState, alias: Alias): readonly Key[] {
  return state.keysOf(alias.account, alias.region).filter(({ keyId }) => keyId === alias.targetKeyId);
}

function pointingAt(state: KmsState, key: Key): readonly Alias[] {
  return state.aliasesOf(key.account, key.region).filter(({ targetKeyId }) => targetKeyId === key.keyId);
}

function describe(alias: Alias): Record<string, string | Date> {
  return {
    AliasName: alias.name,
    AliasArn: alias.arn,
    TargetKeyId: alias.targetKeyId,
    CreationDate: alias.created,
    LastUpdatedDate: alias.updated,
  };
}
