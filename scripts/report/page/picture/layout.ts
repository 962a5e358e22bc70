import type { Box, Flow, Picture } from "./boxes";

/** A box with its position, in pixels. */
export interface PlacedBox extends Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A flow with its line as an SVG path. */
export interface PlacedFlow extends Flow {
  readonly path: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly PlacedBox[];
  readonly flows: readonly PlacedFlow[];
}

/** Sizes that the drawing also uses. */
export const LINE_HEIGHT = 20;
export const HEAD_HEIGHT = 52;
const PADDING = 12;
const GAP = 20;

function heightOf(box: Box): number {
  return HEAD_HEIGHT + box.lines.length * LINE_HEIGHT + (box.lines.length > 0 ? PADDING : 0);
}

/**
 * Layers side by side, left to right; for screens and paper. Destinations are laid out first, ordered by their senders, with direct
 * copies on top; each sender is then placed next to its destinations, so that lines seldom cross a box.
 */
export function wideLayout({ boxes, flows }: Picture): Layout {
  const width = 1080;
  const hasHubs = boxes.some((box) => box.layer === 1);
  const boxWidth = hasHubs ? 290 : 400;
  const xOf = { 0: 0, 1: (width - boxWidth) / 2, 2: width - boxWidth };
  const senderOf = (box: Box) =>
    boxes.findIndex(({ id }) => id === flows.find(({ to }) => to === box.id)?.from);
  const homes = boxes
    .filter((box) => box.layer === 2)
    .sort((a, b) => layerOf(senderOf(a)) - layerOf(senderOf(b)));
  const placed: PlacedBox[] = [];
  stack(homes, () => 0);
  for (const layer of [1, 0] as const) {
    const senders = boxes.filter((box) => box.layer === layer);
    stack(senders, middleOfTargets);
  }
  const height = Math.max(0, ...placed.map((box) => box.y + box.height));
  return { width, height, boxes: placed, flows: drawFlows(flows, placed, acrossColumns) };

  /** Destinations of hubs after those of sources, and grouped by hub. */
  function layerOf(index: number): number {
    return (boxes[index]?.layer ?? 0) * boxes.length + index;
  }

  /** One below the other, each as near to its preferred middle as the boxes above it allow. */
  function stack(column: readonly Box[], middleOf: (box: Box) => number): void {
    let free = 0;
    for (const box of [...column].sort((a, b) => middleOf(a) - middleOf(b))) {
      const height = heightOf(box);
      const y = Math.max(free, middleOf(box) - height / 2);
      placed.push({ ...box, x: xOf[box.layer], y, width: boxWidth, height });
      free = y + height + GAP;
    }
  }

  /** A source that sends directly is next to those destinations; the lines to its hubs then run below them. */
  function middleOfTargets(box: Box): number {
    const targets = flows.flatMap((flow) =>
      flow.from === box.id ? placed.filter(({ id }) => id === flow.to) : [],
    );
    const straight = targets.filter((target) => target.layer === 2);
    const chosen = straight.length > 0 ? straight : targets;
    const middles = chosen.map((target) => target.y + target.height / 2);
    return middles.reduce((sum, middle) => sum + middle, 0) / Math.max(1, middles.length);
  }
}

/** One box below the other, flows in the margin to the left; for phones. */
export function narrowLayout({ boxes, flows }: Picture): Layout {
  const width = 330;
  const senders = [...new Set(flows.map((flow) => flow.from))];
  const margin = 14 + 8 * Math.min(senders.length, 4);
  let y = 0;
  const placed = [...boxes]
    .sort((a, b) => a.layer - b.layer)
    .map((box): PlacedBox => {
      const here = { ...box, x: margin, y, width: width - margin, height: heightOf(box) };
      y += here.height + GAP;
      return here;
    });
  const laneOf = (from: string) => margin - 12 - 8 * (senders.indexOf(from) % 4);
  return {
    width,
    height: Math.max(0, y - GAP),
    boxes: placed,
    flows: drawFlows(flows, placed, (from, to) => inMargin(from, to, laneOf(from.id))),
  };
}

function drawFlows(
  flows: readonly Flow[],
  placed: readonly PlacedBox[],
  draw: (from: PlacedBox, to: PlacedBox) => string,
): readonly PlacedFlow[] {
  const byId = new Map(placed.map((box) => [box.id, box]));
  return flows.flatMap((flow) => {
    const from = byId.get(flow.from);
    const to = byId.get(flow.to);
    return from === undefined || to === undefined ? [] : [{ ...flow, path: draw(from, to) }];
  });
}

/** Room for the arrow's head before a box. */
const HEAD = 7;

function acrossColumns(from: PlacedBox, to: PlacedBox): string {
  const [x1, y1] = [from.x + from.width, from.y + from.height / 2];
  const [x2, y2] = [to.x - HEAD, to.y + to.height / 2];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

function inMargin(from: PlacedBox, to: PlacedBox, lane: number): string {
  const y1 = from.y + HEAD_HEIGHT / 2;
  const y2 = to.y + HEAD_HEIGHT / 2;
  return `M${from.x} ${y1} H${lane} V${y2} H${to.x - HEAD}`;
}
