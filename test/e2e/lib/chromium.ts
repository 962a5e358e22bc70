import { spawnSync } from "node:child_process";
import { chromium, type Browser } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/** The Chromium on PATH, or the one that CHROMIUM names; undefined if there is none. */
export function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  const candidates = named === undefined ? NAMES : [named];
  return candidates.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
}

/** A headless browser that makes no requests of its own. Without its sandbox, which root cannot use in a container. */
export async function openChromium(program: string): Promise<Browser> {
  const which = spawnSync("sh", ["-c", `command -v "${program}"`], { encoding: "utf8" }).stdout.trim();
  return chromium.launch({
    executablePath: which,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
}
