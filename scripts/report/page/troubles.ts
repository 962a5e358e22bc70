import type { Explanation } from "../../engine/explain";
import type { Report } from "../../engine/results";
import { html, type Html } from "./html";

interface Trouble {
  readonly where: string;
  readonly reason: string;
  readonly cause?: string;
  readonly fixes: readonly string[];
  readonly account?: string;
  readonly others?: Explanation["others"];
  readonly distinguish?: string;
  /** What it concerns, if that is more than one thing. */
  readonly list?: readonly string[];
}

/** What was refused, failed or left over: AWS's reason, the likely cause, the fix; undefined if there is nothing. */
export function troubles(report: Report): Html | undefined {
  const all = [...failures(report), ...notBegun(report), ...refusals(report), ...leftovers(report)];
  if (all.length === 0) return undefined;
  return html`${all.map(article)}`;
}

function article({ where, reason, cause, fixes, account, others = [], distinguish, list }: Trouble): Html {
  return html`<article class="trouble">
    <h3>${where}</h3>
    <p class="reason">${reason}</p>
    ${
      list === undefined
        ? undefined
        : html`<ul>
            ${list.map((each) => html`<li>${each}</li>`)}
          </ul>`
    }
    ${cause === undefined ? undefined : html`<p><b>Likely cause:</b> ${cause}</p>`}
    ${fixes.map((fix) => html`<p><b>Fix:</b> ${fix}</p>`)}
    ${others.map(
      (other) =>
        html`<p><b>Or:</b> ${other.cause}</p>
          <p><b>Fix:</b> ${other.fix}</p>`,
    )}
    ${distinguish === undefined ? undefined : html`<p><b>To find out which:</b> ${distinguish}</p>`}
    ${account === undefined ? undefined : html`<p><small>to be fixed in account ${account}</small></p>`}
  </article>`;
}

function failures({ journey }: Report): readonly Trouble[] {
  return (journey?.failures ?? []).flatMap(({ task, explanation }) => {
    if (explanation === undefined) return [];
    const { reason, cause, fixes, account, others, distinguish } = explanation;
    return [
      {
        where: task,
        reason,
        fixes,
        ...(cause === undefined ? {} : { cause }),
        ...(account === undefined ? {} : { account }),
        ...(others === undefined ? {} : { others }),
        ...(distinguish === undefined ? {} : { distinguish }),
      },
    ];
  });
}

/** Tasks that were not started, by the task that prevented them. */
function notBegun({ journey }: Report): readonly Trouble[] {
  const tasks = (journey?.failures ?? []).filter((failure) => failure.explanation === undefined);
  const causes = [...new Set(tasks.map((failure) => failure.because ?? "another task"))];
  return causes.map((cause) => ({
    where: `blocked by ${cause}`,
    reason: "not started",
    list: tasks.filter((failure) => (failure.because ?? "another task") === cause).map(({ task }) => task),
    fixes: [],
  }));
}

function refusals({ seen }: Report): readonly Trouble[] {
  return (seen?.plan.refusals ?? []).map(({ subject, what, fix }) => ({
    where: subject,
    reason: what,
    fixes: fix === undefined ? [] : [fix],
  }));
}

function leftovers({ seen }: Report): readonly Trouble[] {
  const list = seen?.verification.leftovers ?? [];
  if (list.length === 0) return [];
  return [
    {
      where: "left over",
      reason: "a run's temporary copies or shares still exist",
      list,
      fixes: ["keyferry run continues and removes them; keyferry clean shows what else is left"],
    },
  ];
}
