import { App } from "cdktf";
import { runnerAccess, type Topology } from "../topology";
import { claim, refuseForeign } from "./claim";
import { ConsumersStack, launchedCopies } from "./consumers-stack";
import { FoundationAccessStack } from "./foundation-access-stack";
import { FoundationKeysStack } from "./foundation-keys-stack";
import { writeLockFile } from "./lock-file";
import { refuseUnproved } from "./proof";
import { stackDir, type SynthSettings } from "./settings";

/**
 * Writes all stacks of a topology below `settings.outdir`, one directory each, ready for Terraform. Accounts that take
 * part in no copy get none.
 * @returns the stacks' names, in the order in which they can be deployed
 * @throws ConfigurationError when a directory belongs to the other cloud, or when the permissions cannot be proved;
 *   nothing has been written then
 */
export function synthesise(topology: Topology, settings: SynthSettings): readonly string[] {
  const { kind, stateDir } = settings.workspace;
  const directories = [settings.outdir, ...(topology.state.kind === "local" ? [stateDir] : [])];
  refuseForeign(kind, directories);
  refuseUnproved(topology);
  claim(kind, directories);

  const app = new App({ outdir: settings.outdir, stackTraces: false });
  const accounts = topology.accounts.filter(
    (account) => runnerAccess(topology, account).copiesInto.length > 0,
  );
  const keys = accounts.map((account) => new FoundationKeysStack(app, { topology, account, settings }));
  const access = accounts.map(
    (account) => new FoundationAccessStack(app, { topology, account, settings, keys }),
  );
  const consumers = accounts
    .filter((account) => launchedCopies(topology, account).length > 0)
    .map((account) => new ConsumersStack(app, { topology, account, settings }));
  app.synth();

  const names = [...keys, ...access, ...consumers].map((stack) => stack.node.id);
  names.forEach((name) => writeLockFile(stackDir(settings, name)));
  return names;
}
