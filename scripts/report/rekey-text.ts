import type { OwnersTask, RekeyReport, RekeySums } from "../engine/results";
import { plural } from "./plural";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { hanging } from "./wrap";

/** How many images and snapshots are named one by one. */
const NAMED = 50;

/**
 * What is under former generations of a key, what was done about it, and what its owners have to do.
 * @param columns characters in a line. @default - as many as it takes
 */
export function rekeyText(report: RekeyReport, columns?: number): string {
  const { to, from, things, toCopy, replaced, done, owners, unseen, failures, refusals, dryRun } = report;
  if (refusals.length > 0) return refusalsText(refusals, columns);
  const rows = things
    .slice(0, NAMED)
    .map(({ account, region, kind, id, name = "", bytes, state, replacement = "-" }) => [
      account,
      region,
      `${kind} ${id}`,
      name,
      sizeText(bytes),
      state,
      replacement,
    ]);
  const more = things.length - rows.length;
  return [
    ...to.map(({ name, arn }) => hanging(`to ${name}: ${arn}`, columns)),
    ...from.map(({ name, arn }) => hanging(`from ${name}: ${arn}`, columns)),
    ...(rows.length === 0
      ? []
      : [table([["ACCOUNT", "REGION", "WHAT", "NAME", "SIZE", "STATE", "REPLACEMENT"], ...rows], columns)]),
    ...(more > 0 ? [`and ${more} more; --json names all of them`] : []),
    ...done.map((text) => hanging(text, columns)),
    `${dryRun ? "to be copied" : "still to be copied"}: ${sumsText(toCopy)}`,
    `replaced, and still there under the former key: ${sumsText(replaced)}`,
    ...(failures.length > 0
      ? ["what failed:", ...failures.flatMap((one) => failureLines(one, columns))]
      : []),
    ...(owners.length > 0
      ? [`for their owners (${owners.length}):`, ...owners.flatMap((one) => taskLines(one, columns))]
      : []),
    ...unseen.flatMap(({ account, region, kind, reason, fix }) => [
      hanging(`not looked at: ${kind} in ${account} ${region}: ${reason}`, columns),
      hanging(`fix: ${fix}`, columns, "  "),
    ]),
    hanging(NEVER_SEEN, columns),
  ].join("\n");
}

/** What no service lists by its key. */
const NEVER_SEEN =
  "never seen: objects in S3 that are under a former key already, text parameters that hold an image's id, keys that are associated with snapshots, policies of other keys that name it, shares of images with organisations, and what applications have encrypted by themselves; keyferry keys delete shows when a key was used last";

export function sumsText({ images, snapshots, bytes }: RekeySums): string {
  return `${plural(images, "image", "images")}, ${plural(snapshots, "snapshot", "snapshots")}, ${sizeText(bytes)}`;
}

function sizeText(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function failureLines(
  { subject, what, fix }: RekeyReport["failures"][number],
  columns: number | undefined,
): readonly string[] {
  return [
    hanging(`${subject}: ${what}`, columns, "  "),
    ...(fix === undefined ? [] : [hanging(`fix: ${fix}`, columns, "    ")]),
  ];
}

function taskLines({ account, what, sizeGiB, how, commands }: OwnersTask, columns: number | undefined) {
  const size = sizeGiB === undefined ? "" : ` (${sizeGiB} GiB)`;
  return [
    hanging(`${account}: ${what}${size}: ${how}`, columns, "  "),
    // Never wrapped: they are copied.
    ...commands.map((command) => `    ${command}`),
  ];
}
