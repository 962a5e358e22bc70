import { ConfigurationError } from "../../../core/errors";
import { openFoundation } from "../../api/foundation";
import { KEY_USE_KINDS, type KeyUseKind } from "../../aws";
import type { KeyChange } from "../../engine/results";
import { keyDetailsText } from "../../report/key-details-text";
import { keyChangeText, keysText, unusedText } from "../../report/keys-text";
import { adoptKeys } from "../../commands/keys/adopt";
import { cancelDeletion } from "../../commands/keys/cancel-deletion";
import { deleteKey } from "../../commands/keys/delete";
import { findNamed } from "../../commands/keys/find-named";
import { forgetAccount } from "../../commands/keys/forget";
import { forgetKey } from "../../commands/keys/forget-key";
import {
  findKey,
  keysBefore,
  keysOf,
  placeOf,
  stacksOf,
  type ChangeableFoundation,
} from "../../commands/keys/foundation";
import { importMaterial, MATERIAL_BYTES } from "../../commands/keys/import-material";
import { listKeys } from "../../commands/keys/list";
import { importedFirst, noteMaterial } from "../../commands/keys/note-material";
import { rotateKey } from "../../commands/keys/rotate";
import { keyDetails } from "../../commands/keys/status";
import { disableKey, enableKey } from "../../commands/keys/switch";
import { confirmed, refuseUnasked, type ConfirmedOptions } from "../confirmed";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { keyMaterial, type MaterialOptions } from "../key-material-file";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface DeleteOptions extends ConfirmedOptions {
  readonly windowDays: number;
  /** Kinds of use that are not checked. */
  readonly withoutProofOf?: readonly string[];
}

export interface ImportOptions extends CommonOptions, MaterialOptions {
  /** When the material expires. @default - never */
  readonly expires?: Date;
  /** Whether it is new material to rotate to. @default false */
  readonly forRotation?: boolean;
}

/** `keyferry keys list`: every key of the foundation, and what is encrypted with it. */
export async function listCommand(host: Host, options: CommonOptions): Promise<number> {
  const list = await listKeys(await open(host, options));
  host.out(options.json === true ? JSON.stringify(list) : keysText(list, widthOf(host).columns));
  return list.keys.some(({ unseen }) => unseen.length > 0) ? EXIT.refused : EXIT.done;
}

/** `keyferry keys status`: one key with all its details. */
export async function statusCommand(host: Host, named: string, options: CommonOptions): Promise<number> {
  const foundation = await open(host, options);
  const details = await keyDetails(foundation, findNamed(keysOf(foundation), named));
  host.out(options.json === true ? JSON.stringify(details) : keyDetailsText(details, widthOf(host).columns));
  return details.unseen.length > 0 ? EXIT.refused : EXIT.done;
}

export async function rotateCommand(host: Host, named: string, options: ConfirmedOptions): Promise<number> {
  const foundation = await open(host, options);
  const key = findNamed(keysOf(foundation), named);
  refuseUnasked(host, options);
  const ask = (arn: string, left: number) =>
    confirmed(host, options, `rotate ${arn} now? KMS allows ${left} more on-demand rotations.`);
  return tell(host, options, await rotateKey(foundation, key, ask));
}

export async function disableCommand(host: Host, named: string, options: CommonOptions): Promise<number> {
  const foundation = await open(host, options);
  return tell(host, options, await disableKey(foundation, findNamed(keysOf(foundation), named)));
}

export async function enableCommand(host: Host, named: string, options: CommonOptions): Promise<number> {
  const foundation = await open(host, options);
  return tell(host, options, await enableKey(foundation, findNamed(keysOf(foundation), named)));
}

export async function deleteCommand(host: Host, named: string, options: DeleteOptions): Promise<number> {
  const foundation = await open(host, options);
  const key = findNamed(keysOf(foundation), named);
  const withoutProofOf = kindsOf(options.withoutProofOf ?? []);
  refuseUnasked(host, options);
  const change = await deleteKey(foundation, {
    key,
    windowDays: options.windowDays,
    withoutProofOf,
    confirm: ({ arn }, proof) => {
      const lines = unusedText(proof);
      host.err(lines.join("\n"));
      return confirmed(
        host,
        options,
        `delete ${arn} in ${options.windowDays} days? Everything that is encrypted with it becomes unusable.`,
      );
    },
  });
  return tell(host, options, change);
}

export async function cancelDeletionCommand(
  host: Host,
  named: string,
  options: CommonOptions & { readonly enable?: boolean },
): Promise<number> {
  const foundation = await open(host, options);
  const key = findNamed(keysBefore(foundation), named);
  return tell(host, options, await cancelDeletion(foundation, key, options.enable ?? false));
}

export async function adoptCommand(host: Host, options: CommonOptions): Promise<number> {
  return tell(host, options, await adoptKeys(await open(host, options)));
}

/** `keyferry keys import`: key material from a file, standard input or a generator. */
export async function importCommand(host: Host, key: string, options: ImportOptions): Promise<number> {
  const session = await openSession(host, options);
  const { topology, deployer } = session;
  const validTo = options.expires;
  const foundation = openFoundation(session);
  const arn = key.startsWith("arn:") ? key : await arnOf(foundation, key);
  const given = {
    key: arn,
    ...keyMaterial(host, options, MATERIAL_BYTES),
    ...(validTo === undefined ? {} : { validTo }),
    ...(options.forRotation === true ? { forRotation: true } : {}),
  };
  const change = await importMaterial({ topology, deployer, now: host.clock.now() }, given);
  if (change.done.length === 0) return tell(host, options, change);
  const next = await noteMaterial(foundation, arn);
  return tell(host, options, { ...change, notes: [...change.notes, ...next] });
}

/** @throws ConfigurationError if the topology has no such key, or it does not exist in AWS yet */
async function arnOf(foundation: ChangeableFoundation, named: string): Promise<string> {
  const key = importedFirst(foundation, findNamed(keysOf(foundation), named));
  const found = await findKey(foundation.deployer.keyLife(placeOf(foundation, key)), key);
  if (found !== undefined) return found.arn;
  const what = `the key ${key.keyId ?? key.alias} does not exist in ${key.account} ${key.region} yet`;
  const fix = `deploy ${stacksOf(foundation, key)}, which creates it without key material`;
  throw new ConfigurationError([{ path: "<key>", what, fix }], "the command line");
}

/** `keyferry keys forget`: an account by its name or id, a key by its name. */
export async function forgetCommand(host: Host, named: string, options: ConfirmedOptions): Promise<number> {
  const foundation = await open(host, options);
  const isKey = named.includes("/");
  const key = isKey ? findNamed(keysOf(foundation), named) : undefined;
  refuseUnasked(host, options);
  const confirm = (lost: readonly string[]) => {
    host.err(lost.map((what) => `will be forgotten: ${what}`).join("\n"));
    return confirmed(host, options, `forget ${isKey ? "key" : "account"} ${named}?`);
  };
  const change =
    key === undefined
      ? await forgetAccount(foundation, named, confirm)
      : await forgetKey(foundation, key, confirm);
  return tell(host, options, change);
}

async function open(host: Host, options: CommonOptions): Promise<ChangeableFoundation> {
  return openFoundation(await openSession(host, options));
}

function tell(host: Host, options: CommonOptions, change: KeyChange): number {
  host.out(options.json === true ? JSON.stringify(change) : keyChangeText(change, widthOf(host).columns));
  return change.refusals.length > 0 ? EXIT.refused : EXIT.done;
}

/** @throws ConfigurationError */
function kindsOf(named: readonly string[]): readonly KeyUseKind[] {
  const known = KEY_USE_KINDS.map(({ id }) => id);
  const words = named.flatMap((word) => word.split(",")).filter((word) => word !== "");
  const isKind = (word: string): word is KeyUseKind => known.some((id) => id === word);
  const problems = words
    .filter((word) => !isKind(word))
    .map((word) => ({
      path: "--without-proof-of",
      what: `there is no check with the name "${word}"`,
      allowed: known.join(", "),
    }));
  if (problems.length > 0) throw new ConfigurationError(problems, "the options");
  return words.filter(isKind);
}
