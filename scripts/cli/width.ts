import type { Host } from "./host";

/** How wide the user's screen is; nothing where nobody knows. */
export function widthOf({ terminal }: Pick<Host, "terminal">): { readonly columns?: number } {
  return terminal === undefined ? {} : { columns: terminal.columns() };
}
