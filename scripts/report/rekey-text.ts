import type { OwnersTask, RekeyReport, RekeySums } from "../engine/results";
import { plural } from "./plural";
import { refusalsText } from "./refusals-text";
import { table } from "./table";
import { hanging } from "./wrap";

/** Maximum number of images and snapshots that are listed. */
const NAMED = 50;

/**
 * What is encrypted with earlier generations of a key, what was done about it, and what its owners have to do.
 * @param columns characters in a line. @default - unlimited
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
    ...(more > 0 ? [`and ${more} more; --json lists all of them`] : []),
    ...done.map((text) => hanging(text, columns)),
    `${dryRun ? "to be copied" : "still to be copied"}: ${sumsText(toCopy)}`,
    `replaced, but still encrypted with an earlier key: ${sumsText(replaced)}`,
    ...(failures.length > 0
      ? ["what failed:", ...failures.flatMap((one) => failureLines(one, columns))]
      : []),
    ...(owners.length > 0
      ? [
          `to be done by their owners (${owners.length}):`,
          ...owners.flatMap((one) => taskLines(one, columns)),
        ]
      : []),
    ...unseen.flatMap(({ account, region, kind, reason, fix }) => [
      hanging(`not checked: ${kind} in ${account} ${region}: ${reason}`, columns),
      hanging(`fix: ${fix}`, columns, "  "),
    ]),
    hanging(NEVER_SEEN, columns),
  ].join("\n");
}

/** Uses of a key that no service can list. */
const NEVER_SEEN =
  "never checked: existing S3 objects that are encrypted with an earlier key, text parameters that contain an image's id, keys that are associated with snapshots, policies of other keys that name it, shares of images with organisations, and data that applications have encrypted themselves; keyferry keys delete shows when a key was last used";

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
    // Never wrapped, because users copy them.
    ...commands.map((command) => `    ${command}`),
  ];
}
