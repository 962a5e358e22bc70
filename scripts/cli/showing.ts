import { visible } from "../../core/visible";
import type { Host } from "./host";

/**
 * A host that makes control characters visible instead of sending them to the terminal: texts from users, other runs and AWS can
 * contain terminal commands. Everything that a command prints goes through here, except the live table, which escapes its own cells.
 */
export function showing(host: Host): Host {
  const { ask } = host;
  return Object.assign(Object.create(host) as Host, {
    out: (text: string) => host.out(visible(text)),
    err: (text: string) => host.err(visible(text)),
    ...(ask === undefined ? {} : { ask: (question: string) => ask(visible(question)) }),
  });
}
