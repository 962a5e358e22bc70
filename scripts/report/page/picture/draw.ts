import { html, type Html } from "../html";
import { HEAD_HEIGHT, LINE_HEIGHT, narrowLayout, wideLayout, type Layout, type PlacedBox } from "./layout";
import type { BoxLine, Picture } from "./boxes";

const IMAGES = "Which images are copied between which accounts and Regions, and with which keys";

/** The picture in two layouts: side by side for screens and paper, one below the other for phones. The page shows one of them. */
export function drawPicture(picture: Picture, about = IMAGES): Html {
  return html`<div class="picture">
    ${svg(wideLayout(picture), "wide", about)} ${svg(narrowLayout(picture), "narrow", about)}
  </div>`;
}

function svg(layout: Layout, kind: "wide" | "narrow", about: string): Html {
  const { width, height, boxes, flows } = layout;
  return html`<svg
    class="${kind}"
    viewBox="-1 -1 ${width + 2} ${height + 2}"
    role="img"
    aria-label="${about}"
  >
    <defs>
      <marker
        id="head-${kind}"
        viewBox="0 0 8 8"
        refX="1"
        refY="4"
        markerWidth="7"
        markerHeight="7"
        orient="auto-start-reverse"
      >
        <path d="M0 0 L8 4 L0 8 z" class="head" />
      </marker>
    </defs>
    ${flows.map(
      (flow) =>
        html`<path class="flow ${flow.verdict}" d="${flow.path}" marker-end="url(#head-${kind})">
          <title>${flow.rules.join(", ")}: ${flow.verdict}</title>
        </path>`,
    )}
    ${boxes.map(drawBox)}
  </svg>`;
}

/** Pixels of one character; the page's font is not known, so this is a generous estimate. */
const CHARACTER = 6.7;
const INDENT = 30;

function drawBox(box: PlacedBox): Html {
  const { x, y, width, height, title, subtitle, lines } = box;
  return html`<g transform="translate(${x} ${y})">
    <rect class="box layer-${box.layer}" width="${width}" height="${height}" rx="10" />
    <text x="14" y="22" class="title">${title}</text>
    <text x="14" y="40" class="subtitle">${subtitle}</text>
    ${lines.map((line, number) => drawLine(line, HEAD_HEIGHT + number * LINE_HEIGHT, width))}
  </g>`;
}

function drawLine(line: BoxLine, y: number, width: number): Html {
  const middle = y + LINE_HEIGHT / 2;
  const room = Math.floor((width - INDENT - 8) / CHARACTER);
  const text = line.text.length <= room ? line.text : `${line.text.slice(0, room - 1)}…`;
  return html`<g>
    <title>${line.text}${line.verdict === undefined ? "" : `: ${line.verdict}`}</title>
    ${symbol(line, middle)}
    <text x="${line.kind === "user" ? INDENT + 10 : INDENT}" y="${middle + 4}" class="line ${line.kind}"
      >${text}</text
    >
  </g>`;
}

function symbol(line: BoxLine, y: number): Html | undefined {
  if (line.kind === "key") {
    return html`<g class="key-symbol" transform="translate(14 ${y - 5})">
      <circle cx="3.5" cy="5" r="3" /><path d="M6.5 5 H13 M10 5 V8 M12.5 5 V7.5" />
    </g>`;
  }
  if (line.kind === "user") return html`<path class="user-symbol" d="M20 ${y - 10} V${y} H${INDENT + 6}" />`;
  if (line.kind === "image") return html`<circle class="dot ${line.verdict}" cx="19" cy="${y}" r="4.5" />`;
  return undefined;
}
