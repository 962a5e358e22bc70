import type { Audit, KeyUse } from "../engine/results";
import { alikeUses, usedAt, usedFor, userOf } from "./key-uses";
import { nodeTitle } from "./node-title";
import { plural } from "./plural";
import { table } from "./table";
import { hanging } from "./wrap";

/**
 * Who has used the keys of copies: uses for copies and launches as counts, all other uses one by one.
 * @param columns characters in a line. @default - unlimited
 */
export function auditText(audit: Audit, columns?: number): string {
  const { topology, from, until, copies, launches, foreign, unseen } = audit;
  const end = until === undefined ? "on" : `until ${usedAt({ at: until })} UTC`;
  const time = `${usedAt({ at: from })} UTC ${end}`;
  const parts = [
    hanging(`uses of the keys of ${topology}'s copies, from ${time}`, columns),
    ...copies.map(({ copies: nodes, uses }) => counted(nodes.map(nodeTitle).join(", or "), uses, columns)),
    ...(launches.length === 0
      ? []
      : [counted("volumes and instances created from copies", launches, columns)]),
    foreignText(foreign, columns),
    ...(unseen.length === 0
      ? []
      : [["NOT CHECKED:", ...unseen.map((reason) => hanging(reason, columns, "  "))].join("\n")]),
  ];
  return parts.join("\n\n");
}

/** One row for all uses that differ only in their time. */
function counted(title: string, uses: readonly KeyUse[], columns: number | undefined): string {
  if (uses.length === 0) return hanging(`${title}: no key was used in this period`, columns);
  const body = alikeUses(uses).map(({ first, last, count }) => [
    usedAt(first),
    usedAt(last).slice("2026-11-29 ".length),
    String(count),
    ...cells(first),
  ]);
  return `${hanging(title, columns)}\n${table([["FIRST", "LAST", "USES", ...HEAD], ...body], columns)}`;
}

function foreignText(foreign: readonly KeyUse[], columns: number | undefined): string {
  if (foreign.length === 0) return hanging("every use belongs to a copy or a launch", columns);
  const rows = foreign.map((use) => [usedAt(use), ...cells(use), usedFor(use), use.eventIds.join(", ")]);
  return [
    hanging(`${plural(foreign.length, "use")} NOT BELONGING TO ANY COPY OR LAUNCH`, columns),
    table([["TIME", ...HEAD, "FOR", "EVENTS"], ...rows], columns),
    hanging(
      "fix: find out who this is; if the access is not intended, remove the permission (key policy, and IAM in the principal's account), then revoke grants with aws kms revoke-grant",
      columns,
    ),
  ].join("\n");
}

const HEAD = ["OPERATION", "KEY", "BY", "RESULT", "SEEN IN"];

function cells(use: KeyUse): readonly string[] {
  const { operation, key, refusal, seenIn } = use;
  return [
    operation,
    key,
    userOf(use),
    refusal === undefined ? "allowed" : `REFUSED: ${refusal.code}`,
    seenIn.join(", "),
  ];
}
