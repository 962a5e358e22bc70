import type { RunEvent } from "../engine/events";
import { eventText } from "../report/event-text";
import { InProgress } from "../report/progress";
import type { Host } from "./host";

/** After so long without a line, what is still in progress is told. */
const SILENCE_SECONDS = 30;

export interface ProgressPrinter {
  hear(event: RunEvent): void;
  stop(): void;
}

/** An append-only log on standard error: it survives continuous integration and closed terminals. */
export function progressPrinter(host: Host): ProgressPrinter {
  const progress = new InProgress();
  let lastLineAt = host.clock.now().getTime();
  const print = (text: string) => {
    lastLineAt = host.clock.now().getTime();
    host.err(`${host.clock.now().toISOString().slice(11, 19)} ${text}`);
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

/** Every event as one line of JSON on standard error, for machines. */
export function jsonPrinter(host: Host): ProgressPrinter {
  return {
    hear: (event) => host.err(JSON.stringify({ at: host.clock.now().toISOString(), ...event })),
    stop: () => undefined,
  };
}
