import type { KeyStatus, Outside, OutsideItem } from "../engine/results";
import { underText } from "./keys-text";
import { table } from "./table";
import { hanging } from "./wrap";

const KINDS: Readonly<Record<OutsideItem["kind"], string>> = {
  copy: "copy",
  "transit-copy": "transit copy",
  snapshot: "snapshot",
  parameter: "parameter",
  share: "share",
};

/**
 * What exists outside the topology; empty if nothing does.
 * @param columns characters in a line. @default - unlimited
 */
export function outsideText({ items, keys, unseen }: Outside, columns?: number): readonly string[] {
  const rows = items.map(({ kind, id, account, region, because }) => [
    KINDS[kind],
    id,
    `${account} ${region}`,
    because,
  ]);
  return [
    ...(rows.length === 0
      ? []
      : [
          hanging("outside the topology, never removed automatically:", columns),
          table([["WHAT", "ID", "WHERE", "WHY"], ...rows], columns),
        ]),
    ...keys.map((key) => hanging(formerKeyText(key), columns)),
    ...unseen.map(({ account, region, reason }) =>
      hanging(`what exists outside the topology in ${account} ${region} is not known: ${reason}`, columns),
    ),
  ];
}

/** `prod/eu-central-1/home is retired; used by: 2 snapshots, 1 image` */
export function formerKeyText(key: KeyStatus): string {
  const { name, state, found, unseen } = key;
  const date = found?.deletionDate;
  const end =
    date === undefined
      ? ""
      : `; KMS deletes it at ${date}; until then, keyferry keys cancel-deletion ${name} keeps it`;
  const dark = unseen.length === 0 ? "" : ` (${unseen.join("; ")})`;
  return `key ${name} is ${state}; used by: ${underText(key)}${dark}${end}`;
}
