import { rememberedKeys, type Lock } from "../../topology";

/** What a project shows of the version that it was last used with. */
export interface ProjectTraces {
  readonly lock: Lock;
  /** Whether a run of the topology has written a journal here. */
  readonly hasRun: boolean;
}

/** What an existing project must do once, because of what an older version has left. */
export interface UpgradeNote {
  readonly what: string;
  readonly fix: string;
}

/** What is to be done is seen in the project, so that it is told until it is done, and never after. `docs/upgrading.md` has all of it. */
const NOTES: readonly (UpgradeNote & {
  /** Of a topology, by its name. */
  applies(topology: string, traces: ProjectTraces): boolean;
})[] = [
  {
    what: "runs were made here, and the lock file knows nothing that was deployed: a version without a lock file has deployed it, or the lock file was lost",
    fix: "where there was a lock file, restore it from version control; else npx keyferry deploy 'foundation-*' before the next run, rename no account before, and commit keyferry.lock.json (docs/upgrading.md)",
    applies: (topology, { lock, hasRun }) => hasRun && !knowsDeployment(lock, topology),
  },
];

/** What a topology's project must do once; nothing where no older version has left anything. */
export function upgradeNotes(topology: string, traces: ProjectTraces): readonly UpgradeNote[] {
  return NOTES.filter(({ applies }) => applies(topology, traces)).map(({ what, fix }) => ({ what, fix }));
}

/** Synthesis writes keys that no deployment has made yet; an account whose keys are all its own has none. */
function knowsDeployment(lock: Lock, topology: string): boolean {
  const keys = rememberedKeys(lock, topology);
  const accounts = Object.keys(lock.topologies[topology]?.accounts ?? {});
  return keys.length > 0 ? keys.some(({ unconfirmed }) => unconfirmed !== true) : accounts.length > 0;
}
