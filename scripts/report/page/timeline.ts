import type { CopyHistory, Journey } from "../../engine/history";
import { duration } from "../event-text";
import { html, type Html } from "./html";
import { ticks } from "./scale";

/** When each copy was made, proved and published, on one scale. Widths are percentages of the page, so it fits any screen. */
export function timeline(journey: Journey): Html {
  const from = Date.parse(journey.startedAt);
  const span = Math.max(1, Date.parse(journey.lastRecordAt) - from);
  const share = (at: string) => Math.min(100, Math.max(0, ((Date.parse(at) - from) / span) * 100));
  return html`<div class="timeline">
    <p class="legend">
      <i class="bar transit"></i> transit copy <i class="bar final"></i> copy
      <i class="bar failed"></i> failed <i class="mark proved"></i> proved
      <i class="mark published"></i> published
    </p>
    ${journey.copies.map((copy) => row(copy, share))}
    <div class="scale" aria-hidden="true">
      ${ticks(span).map(({ percent, label }) => {
        const at = round(percent);
        return html`<span style="left:${at}%;transform:translateX(-${at}%)">${label}</span>`;
      })}
    </div>
  </div>`;
}

function row(copy: CopyHistory, share: (at: string) => number): Html {
  const [rule = ""] = copy.node.split("/");
  const end = copy.dead?.at ?? copy.availableAt;
  const marks = [
    ...(copy.provedAt === undefined ? [] : [{ what: "proved", at: copy.provedAt }]),
    ...(copy.publishedAt === undefined ? [] : [{ what: "published", at: copy.publishedAt }]),
  ];
  return html`<div class="span">
    <div class="label">
      <b>${rule}</b> ${copy.role === "transit" ? "transit in" : "into"} ${copy.account} ${copy.region}
      <span class="words">${words(copy, end)}</span>
    </div>
    <div class="track">
      ${
        copy.startedAt === undefined
          ? undefined
          : html`<i
              class="bar ${copy.dead === undefined ? copy.role : "failed"}${end === undefined ? " open" : ""}"
              style="left:${round(share(copy.startedAt))}%;width:${round(width(copy.startedAt, end, share))}%"
            ></i>`
      }
      ${marks.map(
        (mark) =>
          html`<i
            class="mark ${mark.what}"
            style="left:${round(share(mark.at))}%"
            title="${mark.what} ${mark.at}"
          ></i>`,
      )}
    </div>
  </div>`;
}

/** Keeps a copy of a few seconds visible in a run of hours. */
const NARROWEST = 0.4;

function width(startedAt: string, end: string | undefined, share: (at: string) => number): number {
  const until = end === undefined ? 100 : share(end);
  return Math.max(NARROWEST, until - share(startedAt));
}

function words(copy: CopyHistory, end: string | undefined): string {
  if (copy.dead !== undefined) return `failed in AWS: ${copy.dead.reason}`;
  if (copy.startedAt === undefined)
    return copy.provedAt === undefined ? "not started" : "existed already, verified";
  if (end === undefined) return `started ${clock(copy.startedAt)}, not finished`;
  return duration(Math.round((Date.parse(end) - Date.parse(copy.startedAt)) / 1000));
}

function clock(at: string): string {
  return at.slice(11, 19);
}

function round(value: number): string {
  return value.toFixed(2);
}
