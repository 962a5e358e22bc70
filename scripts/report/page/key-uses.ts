import type { Audit, KeyUse } from "../../engine/results";
import { alikeUses, usedAt, usedFor, userOf, type AlikeUses } from "../key-uses";
import { nodeTitle } from "../node-title";
import { cards } from "./cards";
import { html, type Html } from "./html";

const HEADS = ["When", "Operation", "Key", "By", "Result", "Seen in"];

/** Who has used the keys of copies; on a phone each row becomes a card. */
export function keyUses({ copies, launches, foreign, unseen }: Audit): Html {
  const used = copies.filter(({ uses }) => uses.length > 0);
  return html`${foreign.length === 0 ? html`<p>Every use belongs to a copy or a launch.</p>` : group("Uses that belong to no copy and no launch", foreign.map(alone))}
  ${used.map(({ copies: nodes, uses }) => group(nodes.map(nodeTitle).join(", or "), alikeUses(uses)))}
  ${launches.length === 0 ? undefined : group("Volumes and instances created from copies", alikeUses(launches))}
  ${unseen.map((reason) => html`<p>Not checked: ${reason}</p>`)}`;
}

/** Uses that belong to no copy are listed one by one. */
function alone(use: KeyUse): AlikeUses {
  return { first: use, last: use, count: 1 };
}

function group(title: string, uses: readonly AlikeUses[]): Html {
  return html`<h3>${title}</h3>
    ${cards(HEADS, uses.map(row))}`;
}

function row({ first, last, count }: AlikeUses): Html {
  const until = count === 1 ? undefined : html` <small>${count} times, last ${usedAt(last)}</small>`;
  const refused = first.refusal;
  return html`<tr>
    <td data-head="When">${usedAt(first)}${until}</td>
    <td data-head="Operation">
      <code>${first.operation}</code>${count === 1 ? html` <small>${usedFor(first)}</small>` : undefined}
    </td>
    <td data-head="Key">${first.key}</td>
    <td data-head="By">${userOf(first)}</td>
    <td data-head="Result">
      <span class="chip ${refused === undefined ? "proved" : "failed"}">${refused?.code ?? "allowed"}</span>
    </td>
    <td data-head="Seen in">${first.seenIn.join(", ")}</td>
  </tr>`;
}
