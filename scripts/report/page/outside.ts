import type { Outside } from "../../engine/results";
import { formerKeyText } from "../outside-text";
import { html, type Html } from "./html";

/** What exists outside the topology; undefined if nothing was found. */
export function outsideSection({ items, keys, unseen }: Outside): Html | undefined {
  if (items.length + keys.length + unseen.length === 0) return undefined;
  return html`<ul>
    ${keys.map((key) => html`<li>${formerKeyText(key)}</li>`)}
    ${items.map(
      ({ kind, id, account, region, because }) =>
        html`<li>${kind.replace("-", " ")} <code>${id}</code> in ${account} ${region}: ${because}</li>`,
    )}
    ${unseen.map(({ account, region, reason }) => html`<li>${account} ${region} is not known: ${reason}</li>`)}
  </ul>`;
}
