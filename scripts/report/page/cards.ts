import { html, type Html } from "./html";

/** A table whose rows become cards on a phone; each of their cells has its head in `data-head`. */
export function cards(heads: readonly string[], rows: readonly Html[]): Html {
  return html`<table class="cards">
    <thead>
      <tr>
        ${heads.map((head) => html`<th scope="col">${head}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}
