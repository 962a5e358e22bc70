import type { Host } from "./host";

/** How wide the screen is on which results appear; nothing where they go elsewhere. */
export function widthOf({ columns }: Pick<Host, "columns">): { readonly columns?: number } {
  return columns === undefined ? {} : { columns: columns() };
}
