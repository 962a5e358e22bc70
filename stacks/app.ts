import { App } from "cdktf";
import type { LockedTopology, StackLayer, Topology } from "../topology";
import type { AccountStackProps } from "./account-stack";
import { claim, refuseForeign } from "./claim";
import { writeCopies } from "./copies-file";
import { withoutCreationStacks } from "./creation-stacks";
import { FoundationAccessStack } from "./foundation-access-stack";
import { FoundationKeysStack } from "./foundation-keys-stack";
import { lazy } from "./lazy";
import { literal } from "./literal";
import { checkLocalStates, moveStates } from "./local-state";
import { lockedTopology, materialNotice, renameNotice, writeLock } from "./lock";
import { refuseUnproved } from "./proof";
import { writeProviderLock } from "./provider-lock";
import { stackDir, type SynthSettings } from "./settings";
import { forgetOtherState } from "./stale-backend";

/**
 * Writes all stacks of a topology below `settings.outdir`, one directory each, ready for Terraform, and remembers it in the
 * lock file. Accounts that take part in no copy, and never did, get no stacks.
 * @param tell receives lines for the user
 * @returns the stacks' names, in the order in which they can be deployed; those of dropped accounts last
 * @throws ConfigurationError when a directory belongs to the other cloud, a state to another topology, when the lock file
 *   cannot be read, or the permissions cannot be proved; in that case nothing is written
 */
export function synthesise(
  topology: Topology,
  settings: SynthSettings,
  tell: (text: string) => void = () => undefined,
): readonly string[] {
  const { kind, stateDir } = settings.workspace;
  const directories = [settings.outdir, ...(topology.state.kind === "local" ? [stateDir] : [])];
  refuseForeign(kind, directories);
  const locked = lockedTopology(topology, settings);
  const notice = renameNotice(locked, settings);
  const moves = checkLocalStates(locked, settings);
  refuseUnproved(locked.topology);
  const written = literal(locked);
  claim(kind, directories);
  moveStates(moves, tell);
  for (const text of [notice, materialNotice(locked)]) if (text !== undefined) tell(text);

  const names = withoutCreationStacks(() => writeStacks(written, settings));
  for (const directory of names.map((name) => stackDir(settings, name))) {
    writeProviderLock(directory);
    forgetOtherState(directory);
  }
  writeCopies(locked.topology, settings);
  writeLock(locked, settings);
  return names;
}

/** @returns the stacks' names, in the order in which they can be deployed */
function writeStacks(written: LockedTopology, settings: SynthSettings): readonly string[] {
  const app = new App({ outdir: settings.outdir, stackTraces: false });
  const props = written.accounts.map((account): AccountStackProps => ({
    topology: written.topology,
    locked: account,
    settings,
  }));
  const lockedKeys = written.accounts.flatMap((account) => account.keys);
  const declared = props.filter((one) => one.locked.declared);
  const dropped = props.filter((one) => !one.locked.declared);
  const keys = having("foundation-keys", declared).map((one) => new FoundationKeysStack(app, one));
  const access = having("foundation-access", declared).map(
    (one) => new FoundationAccessStack(app, { ...one, keys }),
  );
  const grants = having("foundation-grants", declared).map(
    (one) => new (lazy.grantsStack().FoundationGrantsStack)(app, { ...one, keys, lockedKeys }),
  );
  const buckets = having("foundation-buckets", declared).map(
    (one) => new (lazy.bucketsStack().FoundationBucketsStack)(app, one),
  );
  const replication = having("foundation-replication", declared).map(
    (one) => new (lazy.replicationStack().FoundationReplicationStack)(app, { ...one, buckets }),
  );
  // Instances of an account that left the topology continue to run: its consumers stack is not changed.
  const consumers = having("consumers", declared).map(
    (one) => new (lazy.consumersStack().ConsumersStack)(app, { ...one, keys }),
  );
  const withdrawn = dropped.flatMap((one) => [
    ...having("foundation-keys", [one]).map(() => new FoundationKeysStack(app, one)),
    ...having("foundation-access", [one]).map(() => new FoundationAccessStack(app, { ...one, keys: [] })),
    ...having("foundation-grants", [one]).map(
      () => new (lazy.grantsStack().FoundationGrantsStack)(app, { ...one, keys: [], lockedKeys: [] }),
    ),
    ...having("foundation-replication", [one]).map(
      () => new (lazy.replicationStack().FoundationReplicationStack)(app, { ...one, buckets: [] }),
    ),
    ...having("foundation-buckets", [one]).map(
      () => new (lazy.bucketsStack().FoundationBucketsStack)(app, one),
    ),
  ]);
  app.synth();

  return [...keys, ...access, ...grants, ...buckets, ...replication, ...consumers, ...withdrawn].map(
    (stack) => stack.node.id,
  );
}

/** The accounts that have, or once had, a stack of a layer. */
function having(layer: StackLayer, accounts: readonly AccountStackProps[]): readonly AccountStackProps[] {
  return accounts.filter(({ locked }) => locked.stacks.includes(layer));
}
