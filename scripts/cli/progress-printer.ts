import type { RunEvent } from "../engine/events";
import { eventText } from "../report/event-text";
import { CopyBoard, frame } from "../report/live";
import { InProgress } from "../report/progress";
import type { Host } from "./host";
import { liveScreen, type Terminal } from "./live-screen";

/** After this time without a line, what is still in progress is printed. */
const SILENCE_SECONDS = 30;

/** How often the live table is redrawn. */
const FRAME_SECONDS = 0.25;

export interface ProgressPrinter {
  hear(event: RunEvent): void;
  stop(): void;
}

/** A live table on a terminal, an append-only log elsewhere, lines of JSON for machines. */
export function progressPrinter(host: Host, json: boolean): ProgressPrinter {
  if (json) return jsonPrinter(host);
  return host.terminal === undefined ? logPrinter(host) : livePrinter(host, host.terminal);
}

/** Past events stay above; what is in progress is redrawn below. */
function livePrinter(host: Host, terminal: Terminal): ProgressPrinter {
  const board = new CopyBoard();
  const screen = liveScreen(terminal);
  const draw = () => {
    const size = { columns: terminal.columns(), rows: terminal.rows(), color: terminal.color };
    screen.draw(frame(board, host.clock.now(), size));
  };
  const endDrawing = host.every(FRAME_SECONDS, draw);
  return {
    hear(event) {
      board.hear(event, host.clock.now());
      const text = eventText(event);
      if (text !== undefined) screen.log(stamped(host, text));
    },
    stop() {
      endDrawing();
      screen.end();
    },
  };
}

/** An append-only log on standard error, for continuous integration and other output that is not a terminal. */
function logPrinter(host: Host): ProgressPrinter {
  const progress = new InProgress();
  let lastLineAt = host.clock.now().getTime();
  const print = (text: string) => {
    lastLineAt = host.clock.now().getTime();
    host.err(stamped(host, text));
  };
  const stop = host.every(1, () => {
    const silentSeconds = (host.clock.now().getTime() - lastLineAt) / 1000;
    if (silentSeconds >= SILENCE_SECONDS) progress.lines().forEach(print);
  });
  return {
    hear(event) {
      progress.hear(event);
      const text = eventText(event);
      if (text !== undefined) print(text);
    },
    stop,
  };
}

/** Every event as one line of JSON on standard error. */
function jsonPrinter(host: Host): ProgressPrinter {
  return {
    hear: (event) => host.err(JSON.stringify({ at: host.clock.now().toISOString(), ...event })),
    stop: () => undefined,
  };
}

function stamped(host: Host, text: string): string {
  return `${host.clock.now().toISOString().slice(11, 19)} ${text}`;
}
