import { createRequire } from "node:module";
import { lazy } from "./lazy";

const load = createRequire(__filename);

/**
 * The exports of a file in TypeScript or JavaScript, whichever way the command itself was started: from source the process can load TypeScript
 * already, the published package can for as long as this takes. The file shares Keyferry's modules with the command, and what the
 * loader has compiled is found again by the next command; tsx's own `require` does neither.
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
