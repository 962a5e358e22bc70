import { parseArn } from "@keyferry/common";
import { cards } from "./cards";
import { html, type Html } from "./html";
import type { ShownCopy } from "./shown-copies";

interface Column {
  readonly head: string;
  readonly cell: (copy: ShownCopy) => string | Html | undefined;
}

const COLUMNS: readonly Column[] = [
  { head: "Copy", cell: (copy) => html`<b>${copy.rule}</b>${copy.role === "transit" ? " (transit)" : ""}` },
  {
    head: "Account and Region",
    cell: (copy) => html`${copy.account} <small>${copy.accountId}</small> ${copy.region}`,
  },
  { head: "State", cell: (copy) => html`<span class="chip ${copy.verdict}">${copy.verdict}</span>` },
  {
    head: "Image",
    cell: (copy) => (copy.imageId === undefined ? undefined : html`<code>${copy.imageId}</code>`),
  },
  { head: "Key", cell: (copy) => key(copy) },
  { head: "Size", cell: (copy) => (copy.sizeGiB === undefined ? undefined : `${copy.sizeGiB} GiB`) },
  {
    head: "Parameter",
    cell: (copy) => (copy.parameter === undefined ? undefined : html`<code>${copy.parameter}</code>`),
  },
];

/** Every copy; on a phone each row becomes a card, so each cell contains its head. */
export function copiesTable(copies: readonly ShownCopy[]): Html {
  return cards(
    COLUMNS.map(({ head }) => head),
    copies.map((copy) => row(copy)),
  );
}

function row(copy: ShownCopy): Html {
  const cells = html`<tr>
    ${COLUMNS.map(({ head, cell }) => html`<td data-head="${head}">${cell(copy) ?? "–"}</td>`)}
  </tr>`;
  if (copy.wrong.length === 0) return cells;
  return html`${cells}
    <tr class="wrong">
      <td colspan="${COLUMNS.length}">
        <ul>
          ${copy.wrong.map((what) => html`<li>${what}</li>`)}
        </ul>
      </td>
    </tr>`;
}

function key(copy: ShownCopy): Html {
  const id = copy.keyArn === undefined ? undefined : parseArn(copy.keyArn)?.resource;
  return html`${copy.keyAlias}${id === undefined ? undefined : html` <small>${id}</small>`}`;
}
