import fs from "node:fs";
import path from "node:path";

const MODULES = "node_modules";

/** A work tree and the temporary one next to it. */
export interface Trees {
  /** Absolute; contains the installed packages. */
  readonly from: string;
  /** Absolute. */
  readonly to: string;
}

/**
 * Links the packages that are installed in one work tree into another one, in every directory from the top to the project. A package of
 * the repository itself, as npm workspaces link it, is linked to the temporary tree, so that its code is that of the ref.
 * @param project relative to the tops
 */
export function linkModules(trees: Trees, project: string): void {
  const parts = project.split(path.sep).filter((part) => part !== "");
  for (let depth = 0; depth <= parts.length; depth += 1) {
    linkAll(trees, path.join(...parts.slice(0, depth), MODULES));
  }
}

/** @param folder relative to the tops: a `node_modules`, or a scope in one */
function linkAll({ from, to }: Trees, folder: string): void {
  const source = path.join(from, folder);
  const target = path.join(to, folder);
  // If it is committed, the ref has its own.
  if (!fs.existsSync(source) || fs.existsSync(target)) return;
  if (!fs.existsSync(path.dirname(target))) return;
  fs.mkdirSync(target);
  for (const entry of fs.readdirSync(source, { withFileTypes: true })) {
    const name = path.join(folder, entry.name);
    if (entry.name.startsWith("@") && entry.isDirectory()) {
      linkAll({ from, to }, name);
      continue;
    }
    const own = entry.isSymbolicLink() ? ownPackage(from, name) : undefined;
    const lent = own !== undefined && fs.existsSync(path.join(to, own)) ? path.join(to, own) : undefined;
    fs.symlinkSync(lent ?? path.join(from, name), path.join(to, name), "junction");
    if (own !== undefined && lent !== undefined) linkAll({ from, to }, path.join(own, MODULES));
  }
}

/** The target of a link, relative to the top, if it is part of the repository itself. */
function ownPackage(top: string, link: string): string | undefined {
  const full = path.join(top, link);
  if (!fs.existsSync(full)) return undefined;
  const relative = path.relative(fs.realpathSync(top), fs.realpathSync(full));
  const isInside = relative !== "" && !relative.startsWith("..") && !path.isAbsolute(relative);
  return isInside && !relative.split(path.sep).includes(MODULES) ? relative : undefined;
}
