import { PROJECT_DEPENDENCIES, PROJECT_DEV_DEPENDENCIES, type Framework } from "./versions";

type Named = Readonly<Record<string, string>>;

/** The parts of package.json that a project needs. */
export interface Manifest {
  readonly scripts?: Named;
  readonly dependencies?: Named;
  readonly devDependencies?: Named;
}

/**
 * `package.json` of a new project, or an existing one with missing entries added; existing entries are not changed.
 * @param version of Keyferry
 */
export function packageFile(
  { name, framework }: { readonly name: string; readonly framework: Framework },
  version: string,
  present: Manifest | undefined,
): string {
  const manifest = present ?? { name, private: true };
  const known = { ...present?.devDependencies, ...present?.dependencies };
  const missing = (wanted: Named) => Object.entries(wanted).filter(([dependency]) => !(dependency in known));
  const section = (before: Named | undefined, added: readonly (readonly [string, string])[]) =>
    Object.fromEntries([...Object.entries(before ?? {}), ...added].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(
    {
      ...manifest,
      scripts: { check: "tsc && keyferry synth && keyferry doctor --offline", ...present?.scripts },
      dependencies: section(
        present?.dependencies,
        missing({ ...PROJECT_DEPENDENCIES[framework], keyferry: version }),
      ),
      devDependencies: section(present?.devDependencies, missing(PROJECT_DEV_DEPENDENCIES)),
    },
    undefined,
    2,
  )}\n`;
}
