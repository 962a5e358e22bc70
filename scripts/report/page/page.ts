import type { Report } from "../../engine/results";
import { duration } from "../event-text";
import { copiesTable } from "./copies";
import { groupsTable } from "./groups";
import { Html, html } from "./html";
import { keyUses } from "./key-uses";
import { outsideSection } from "./outside";
import { permissions } from "./permissions";
import { partText } from "../part-text";
import { bucketPictureOf } from "./picture/bucket-boxes";
import { pictureOf } from "./picture/boxes";
import { drawPicture } from "./picture/draw";
import { replicationsTable } from "./replications";
import { shownCopies, type ShownCopy } from "./shown-copies";
import { shownReplications } from "./shown-replications";
import { STYLE } from "./style";
import { timeline } from "./timeline";
import { troubles } from "./troubles";
import { undecidedSection } from "./undecided";

/**
 * The report as one self-contained page: no network, no script. Light or dark like the reader's system, readable on a phone,
 * printable.
 */
export function reportPage(report: Report): string {
  const { topology, journey } = report;
  const copies = shownCopies(report);
  const trouble = troubles(report);
  const undecided = undecidedSection(report);
  const outside = report.seen === undefined ? undefined : outsideSection(report.seen.outside);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="keyferry-cloud" content="${report.cloud}" />
        <title>Keyferry: ${topology.name}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${topology.name}</h1>
          <p>${subtitle(report)}</p>
          ${tiles(report, copies)}
        </header>
        <main>
          ${trouble === undefined ? undefined : section("Problems", "What was refused or failed, and how to fix it.", trouble)}
          ${
            topology.rules.length === 0
              ? undefined
              : html`${section(
                  "The path of the images",
                  "Accounts and Regions, the keys that encrypt copies, and who can use them.",
                  drawPicture(pictureOf(topology, copies)),
                )}
                ${section("Copies", evidence(report), copiesTable(copies))}`
          }
          ${topology.buckets.length === 0 ? undefined : buckets(report)}
          ${
            report.seen === undefined || report.seen.verification.groups.length === 0
              ? undefined
              : section(
                  "Groups",
                  "Which images the instances of the Auto Scaling groups run, and what would replace older ones.",
                  groupsTable(report.seen.verification.groups, report.madeAt),
                )
          }
          ${undecided === undefined ? undefined : section("For you to decide", "Shares and images that may be yours or may be left over. Keyferry cannot tell which, so it does not change them.", undecided)}
          ${outside === undefined ? undefined : section("Outside the topology", "Retired keys, and what removed rules and destinations left behind. Nothing of it is removed automatically.", outside)}
          ${journey === undefined ? undefined : section("Timeline", story(report), timeline(journey))}
          ${report.seen?.audit === undefined ? undefined : section("Who has used the keys", "From CloudTrail's event history: first uses that belong to no copy and no launch, then the uses for each copy.", keyUses(report.seen.audit))}
          ${section(
            "Permissions",
            "Every statement of the policies that this topology deploys, with its reason. Enforced: AWS refuses the work without it. Documented: AWS's documentation requires it.",
            permissions(topology),
          )}
        </main>
      </body>
    </html>`.text;
}

function buckets(report: Report): Html {
  const shown = shownReplications(report);
  return html`${section(
    "The path of the objects",
    "Buckets that S3 replicates, and the keys that encrypt the replicas.",
    drawPicture(
      bucketPictureOf(report.topology, shown),
      "Which buckets are replicated between which accounts and Regions, and with which keys",
    ),
  )}
  ${section("Replication", bucketEvidence(report), replicationsTable(shown))}`;
}

function bucketEvidence({ seen }: Report): string {
  if (seen?.replication === undefined) return "As declared, without calls to AWS.";
  const { unseen } = seen.replication;
  return unseen === undefined
    ? "As reported by AWS when this report was made: current objects and their replication."
    : `As declared, because AWS could not be read: ${unseen}`;
}

function section(title: string, about: string, body: Html): Html {
  return html`<section>
    <h2>${title}</h2>
    <p>${about}</p>
    ${body}
  </section>`;
}

function subtitle({ cloud, madeAt }: Report): string {
  const where = cloud === "rehearsal" ? "a rehearsal, not AWS" : "AWS";
  return `Keyferry's report of ${madeAt.toISOString().slice(0, 16).replace("T", " ")} UTC, on ${where}`;
}

function tiles(report: Report, copies: readonly ShownCopy[]): Html {
  const finals = copies.filter((copy) => copy.role === "final");
  const proved = finals.filter((copy) => copy.verdict === "proved");
  const bad = finals.filter((copy) => copy.verdict === "wrong" || copy.verdict === "failed");
  const carried = proved.filter(({ isShare }) => isShare !== true);
  const sizeGiB = carried.reduce((sum, copy) => sum + (copy.sizeGiB ?? 0), 0);
  const accounts = new Set(finals.map((copy) => copy.accountId));
  const regions = new Set(finals.map((copy) => copy.region));
  return html`<dl class="tiles">
    ${tile("copies proved", `${proved.length} of ${finals.length}`, proved.length === finals.length ? "proved" : "pending")}
    ${tile("wrong or failed", String(bad.length), bad.length === 0 ? "proved" : "failed")}
    ${tile("copied", `${sizeGiB} GiB`)} ${tile("accounts", String(accounts.size))}
    ${tile("Regions", String(regions.size))}
    ${report.journey === undefined ? undefined : tile("took", took(report.journey.startedAt, report.journey.lastRecordAt))}
  </dl>`;
}

function tile(name: string, value: string, verdict?: string): Html {
  return html`<div class="tile ${verdict}">
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}

/** The source of the states of the copies. */
function evidence(report: Report): string {
  const part = partText(report);
  return part === undefined ? statesFrom(report) : `${statesFrom(report)} ${part}`;
}

function statesFrom({ seen, journey }: Report): string {
  if (seen !== undefined)
    return "As reported by AWS when this report was made: keys, sizes, attributes and parameters.";
  if (journey !== undefined) return "From this directory's journal, without calls to AWS.";
  return "As declared, without calls to AWS: no run has been started from this directory.";
}

function story({ journey }: Report): string {
  if (journey === undefined) return "";
  const runs = `${journey.runs.length === 1 ? "run" : "runs"} ${journey.runs.join(", ")}`;
  const end = {
    finished: `ended after ${took(journey.startedAt, journey.lastRecordAt)}`,
    interrupted: "was interrupted; run the same command again to continue",
    unfinished: "has not ended",
  }[journey.state];
  const why = [...journey.because].map(([rule, because]) => ` ${rule}: ${because}.`).join("");
  return `${runs[0]?.toUpperCase() ?? ""}${runs.slice(1)} started ${journey.startedAt.slice(0, 19).replace("T", " ")} UTC and ${end}.${why}`;
}

function took(from: string, to: string): string {
  return duration(Math.round((Date.parse(to) - Date.parse(from)) / 1000));
}
