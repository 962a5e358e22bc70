import { createRequire } from "node:module";
import { lazy } from "./lazy";

const load = createRequire(__filename);

/**
 * Loads the exports of a TypeScript or JavaScript file. A process that was started from source can load TypeScript already; the
 * published package can only during this call. The file shares Keyferry's modules with the command, and the loader caches what it
 * compiles for the next command; tsx's own `require` does neither.
 */
export function loadTypeScript(file: string): unknown {
  if (".ts" in load.extensions) return load(file);
  const unregister = lazy.tsx().register();
  try {
    return load(file);
  } finally {
    unregister();
  }
}
