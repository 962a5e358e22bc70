import { hasDeletionGuard } from "../../../policy";
import type { RememberedKey } from "../../../topology";
import { isAwsError, type KeyUseKind } from "../../aws";
import { concurrently } from "../../engine/concurrently";
import type { KeyList, KeyStatus } from "../../engine/results";
import { aliasesOf, findKey, keyName, keysOf, placeOf, type Foundation } from "./foundation";

/** What `keys list` shows of a key; the proof before a deletion checks more. */
const SHOWN: readonly KeyUseKind[] = ["volumes", "snapshots", "images", "launches", "ebs-default", "grants"];

/** Every key of the foundation, with what exists under it. Reads only. */
export async function listKeys(foundation: Foundation): Promise<KeyList> {
  return {
    topology: foundation.locked.topology.name,
    keys: await concurrently(keysOf(foundation), (key) => lookAtKey(foundation, key)),
  };
}

/** One key. What AWS denies access to is reported with the reason. */
export async function lookAtKey(foundation: Foundation, key: RememberedKey): Promise<KeyStatus> {
  const { account, accountName, region, purpose, alias, state } = key;
  const doubt = {
    ...(key.unconfirmed === true ? { unconfirmed: true } : {}),
    ...(key.awaitsPrimary === true ? { awaitsPrimary: true } : {}),
  };
  const status = { name: keyName(key), account, accountName, region, purpose, alias, state, ...doubt };
  const place = placeOf(foundation, key);
  const life = foundation.deployer.keyLife(place);
  try {
    const found = await findKey(life, key);
    if (found === undefined) return { ...status, under: [], unseen: [] };
    const isGuarded = hasDeletionGuard(await life.policy(found.arn));
    const names = { arn: found.arn, aliases: aliasesOf(foundation, key) };
    const evidence = await foundation.deployer.keyUses(place).find(names, SHOWN);
    return {
      ...status,
      found: { ...found, isGuarded },
      under: evidence.filter(({ users }) => users.length > 0).map(({ kind, users }) => ({ kind, users })),
      unseen: [...new Set(evidence.flatMap(({ refused }) => refused?.message ?? []))],
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { ...status, under: [], unseen: [error.message] };
  }
}
