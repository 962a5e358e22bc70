import { visible } from "../../core/visible";
import type { Host } from "./host";

/**
 * A host on which texts are shown and never obeyed: what users, other runs and AWS have written may hold a terminal's
 * commands. Everything that a command prints goes through here, but for the live table, which makes its own cells visible.
 */
export function showing(host: Host): Host {
  const { ask } = host;
  return Object.assign(Object.create(host) as Host, {
    out: (text: string) => host.out(visible(text)),
    err: (text: string) => host.err(visible(text)),
    ...(ask === undefined ? {} : { ask: (question: string) => ask(visible(question)) }),
  });
}
