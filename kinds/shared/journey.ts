import { partitionOf } from "@keyferry/common";
import type { CopyJob, Journey, Place } from "../../topology";

const GIB = 1024 ** 3;

/** A copy job as the tables of routes know it. */
export function journeyOf({ rule: { from }, to }: CopyJob): Journey {
  return { from: { ...placeOf(from), shareKeys: from.account.shareKeys ?? true }, to: placeOf(to) };
}

function placeOf({ account, region }: Place): Journey["to"] {
  const { name, id, organization } = account;
  return {
    account: name,
    accountId: id,
    region,
    partition: partitionOf(region),
    ...(organization === undefined ? {} : { organization }),
  };
}

/** What a full copy of a snapshot moves: at most the whole volume. */
export function dataGiBOf({
  sizeGiB,
  dataBytes,
}: {
  readonly sizeGiB: number;
  readonly dataBytes?: number;
}): number {
  return dataBytes === undefined ? sizeGiB : Math.min(sizeGiB, dataBytes / GIB);
}
