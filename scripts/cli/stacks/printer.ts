import type { StackEvent } from "../../terraform/work";
import type { Outcome } from "../../terraform/outcome";
import type { Stack } from "../../terraform/synthesised";
import { duration } from "../../report/event-text";
import { lossLines, planCounts } from "../../report/stacks/plan-text";
import type { Host } from "../host";

/** After this time without a line, what is still in progress is printed. */
const SILENCE_SECONDS = 30;

export interface StackPrinter {
  hear(stack: Stack, event: StackEvent): void;
  stop(): void;
}

/** Prints a few lines for each stack on standard error, the same on a terminal and elsewhere. */
export function stackPrinter(host: Host, stacks: readonly Stack[]): StackPrinter {
  const width = Math.max(...stacks.map(({ name }) => name.length));
  const inProgress = new Map<string, Set<string>>();
  const now = () => host.clock.now().getTime();
  let lastLineAt = now();
  const print = (stack: string, text: string) => {
    lastLineAt = now();
    host.err(`${stack.padEnd(width)}  ${text}`);
  };
  const stop = host.every(1, () => {
    if (now() - lastLineAt < SILENCE_SECONDS * 1000) return;
    if (inProgress.size === 0) return;
    const all = [...inProgress].map(([name, addresses]) => stillText(name, [...addresses]));
    lastLineAt = now();
    host.err(`in progress: ${all.join("; ")}`);
  });
  return {
    hear({ name }, event) {
      switch (event.code) {
        case "planning":
          inProgress.set(name, new Set());
          return print(name, "planning");
        case "planned":
          print(name, planCounts(event.plan));
          return lossLines(event.plan).forEach((line) => print(name, `  ${line}`));
        case "message":
          if (event.message.kind === "applying") inProgress.get(name)?.add(event.message.address);
          if (event.message.kind === "applied") inProgress.get(name)?.delete(event.message.address);
          return;
        case "ended":
          inProgress.delete(name);
          return endTexts(event.outcome).forEach((text) => print(name, text));
      }
    },
    stop,
  };
}

function stillText(stack: string, addresses: readonly string[]): string {
  return addresses.length === 0 ? stack : `${stack} (${addresses.join(", ")})`;
}

/** The plans of `diff`, and stacks that were not started, are printed at the end. */
function endTexts(outcome: Outcome): readonly string[] {
  switch (outcome.state) {
    case "unchanged":
      return ["no changes"];
    case "applied":
      return [`applied in ${duration(Math.round(outcome.seconds))}`];
    case "failed":
      return ["FAILED"];
    case "interrupted":
      return ["interrupted"];
    case "declined":
      return ["not applied"];
    case "planned":
      return [planCounts(outcome.plan)];
    case "not-started":
      return [];
  }
}
