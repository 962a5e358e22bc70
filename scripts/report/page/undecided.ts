import type { Report } from "../../engine/results";
import { UNEXPLAINED_CHOICE, unexplainedText, withdrawal } from "../unexplained-text";
import { UNPROVED_FIX, unprovedText } from "../unproved-text";
import { html, type Html } from "./html";

/** Shares that no record explains, and images that nothing proves to be Keyferry's; undefined if there are none. */
export function undecidedSection({ seen }: Report): Html | undefined {
  if (seen === undefined) return undefined;
  const { unexplained } = seen.verification;
  const { unproved } = seen.plan;
  if (unexplained.length + unproved.length === 0) return undefined;
  return html`<ul>
    ${unexplained.map(
      (share) =>
        html`<li>
          ${unexplainedText(share)}. <b>Fix:</b> ${UNEXPLAINED_CHOICE}, in account ${share.account}:
          <code>${withdrawal(share)}</code>
        </li>`,
    )}
    ${unproved.length === 0 ? undefined : html`<li>${unprovedText(unproved)}. <b>Fix:</b> ${UNPROVED_FIX}.</li>`}
  </ul>`;
}
