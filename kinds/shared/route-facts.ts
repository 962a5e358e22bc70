import { partitionOf } from "@keyferry/common";
import type { CopyJob, SourceAndDestination, Place } from "../../topology";

const GIB = 1024 ** 3;

/** Source and destination of a copy job, in the form that the route tables use. */
export function sourceAndDestinationOf({ rule: { from }, to }: CopyJob): SourceAndDestination {
  return { from: { ...placeOf(from), shareKeys: from.account.shareKeys ?? true }, to: placeOf(to) };
}

function placeOf({ account, region }: Place): SourceAndDestination["to"] {
  const { name, id, organization } = account;
  return {
    account: name,
    accountId: id,
    region,
    partition: partitionOf(region),
    ...(organization === undefined ? {} : { organization }),
  };
}

/** The data that a full copy of a snapshot transfers: at most the whole volume. */
export function dataGiBOf({
  sizeGiB,
  dataBytes,
}: {
  readonly sizeGiB: number;
  readonly dataBytes?: number;
}): number {
  return dataBytes === undefined ? sizeGiB : Math.min(sizeGiB, dataBytes / GIB);
}
