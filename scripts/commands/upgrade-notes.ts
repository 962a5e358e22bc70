import { rememberedKeys, type Lock } from "../../topology";

/** What a project's files show about the version that it was last used with. */
export interface ProjectTraces {
  readonly lock: Lock;
  /** Whether a run of the topology wrote a journal here. */
  readonly hasRun: boolean;
}

/** What an existing project must do once, because of what an older version left. */
export interface UpgradeNote {
  readonly what: string;
  readonly fix: string;
}

/** The project's files show what must be done, so it is reported until it is done, and not after. `docs/upgrading.md` has the details. */
const NOTES: readonly (UpgradeNote & {
  /** Of a topology, by its name. */
  applies(topology: string, traces: ProjectTraces): boolean;
})[] = [
  {
    what: "runs were made here, but the lock file has nothing that was deployed: a version without a lock file deployed it, or the lock file was lost",
    fix: "if there was a lock file, restore it from version control; otherwise run npx keyferry deploy 'foundation-*' before the next run, rename no account before that, and commit keyferry.lock.json (docs/upgrading.md)",
    applies: (topology, { lock, hasRun }) => hasRun && !knowsDeployment(lock, topology),
  },
];

/** What a topology's project must do once; empty if no older version left anything. */
export function upgradeNotes(topology: string, traces: ProjectTraces): readonly UpgradeNote[] {
  return NOTES.filter(({ applies }) => applies(topology, traces)).map(({ what, fix }) => ({ what, fix }));
}

/** Synthesis writes keys that no deployment has created yet; an account that uses only existing keys has none. */
function knowsDeployment(lock: Lock, topology: string): boolean {
  const keys = rememberedKeys(lock, topology);
  const accounts = Object.keys(lock.topologies[topology]?.accounts ?? {});
  return keys.length > 0 ? keys.some(({ unconfirmed }) => unconfirmed !== true) : accounts.length > 0;
}
