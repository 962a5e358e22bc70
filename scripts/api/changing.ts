import type { Topology, TopologyInput } from "../../topology";
import type { RollbackInput } from "../commands/rollback";
import type { RunResult as Outcome } from "../commands/run";
import { openJournal } from "../engine/journal";
import type { WrittenManifest } from "../engine/results";
import { inSession } from "./in-session";
import type { CommonOptions } from "./options";
import { keeperOf, type Session } from "./session";
import type { World } from "./world";

/** The result of a run. */
export interface RunResult {
  /** `interrupted`: the same call continues. */
  readonly state: "done" | "failed" | "interrupted";
  /** The result of every copy job. */
  readonly manifest: WrittenManifest;
}

/** What work that changes something and writes the journal starts with. */
export type ChangingInput = Omit<RollbackInput, "request">;

/** Runs work that changes something, writes the journal, and returns a manifest. */
export function changing(
  world: World,
  topology: TopologyInput | Topology,
  options: CommonOptions,
  work: (session: Session, input: ChangingInput) => Promise<Outcome>,
): Promise<RunResult> {
  return inSession(world, topology, options, async (session, { listener, signal }) => {
    const journal = openJournal(session.journal);
    const { settings, aws } = session;
    const { clock } = world;
    const keeper = keeperOf(world, session);
    try {
      const { manifest, state } = await work(session, {
        topology: session.topology,
        aws,
        clock,
        settings,
        journal,
        keeper,
        listener,
        signal,
      });
      return { state, manifest: { cloud: session.project.workspace.kind, ...manifest } };
    } finally {
      journal.close();
    }
  });
}
