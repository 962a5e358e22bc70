import type { TopologyBucket } from "../../../topology";
import { cards } from "./cards";
import { html, type Html } from "./html";
import type { ShownReplication } from "./shown-replications";

const HEADS = ["Rule", "Source", "Destination", "Key", "State", "Objects"];

/** Every bucket rule into each of its destinations; on a phone each row becomes a card. */
export function replicationsTable(shown: readonly ShownReplication[]): Html {
  return cards(HEADS, shown.map(row));
}

function row(one: ShownReplication): Html {
  const { rule, source, destination, verdict, wrong } = one;
  const cells = html`<tr>
    <td data-head="Rule"><b>${rule}</b></td>
    <td data-head="Source">${bucketText(source)}</td>
    <td data-head="Destination">${bucketText(destination)}</td>
    <td data-head="Key">${destination.key.alias}</td>
    <td data-head="State"><span class="chip ${verdict}">${WORDS[verdict] ?? verdict}</span></td>
    <td data-head="Objects">${countsText(one)}</td>
  </tr>`;
  if (wrong.length === 0) return cells;
  return html`${cells}
    <tr class="wrong">
      <td colspan="${HEADS.length}">
        <ul>
          ${wrong.map((what) => html`<li>${what}</li>`)}
        </ul>
      </td>
    </tr>`;
}

const WORDS: Readonly<Record<string, string>> = { proved: "replicated" };

function bucketText({ bucket, account, region }: TopologyBucket): Html {
  return html`<code>${bucket}</code><br />${account.name} <small>${account.id}</small> ${region}`;
}

function countsText({ counts }: ShownReplication): string {
  if (counts === undefined) return "not read";
  const { objects, replicated, pending, failed, never, gone } = counts;
  const rest = Object.entries({ pending, failed, "from before the rule": never, "deleted there": gone })
    .filter(([, count]) => count > 0)
    .map(([word, count]) => `, ${count} ${word}`);
  return `${replicated} of ${objects} replicated${rest.join("")}`;
}
