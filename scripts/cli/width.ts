import type { Host } from "./host";

/** The width of the terminal that shows the results; nothing if they go elsewhere. */
export function widthOf({ columns }: Pick<Host, "columns">): { readonly columns?: number } {
  return columns === undefined ? {} : { columns: columns() };
}
