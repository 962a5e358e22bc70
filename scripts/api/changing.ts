import type { Topology, TopologyInput } from "../../topology";
import type { RollbackInput } from "../commands/rollback";
import type { RunResult as Outcome } from "../commands/run";
import { openJournal } from "../engine/journal";
import type { WrittenManifest } from "../engine/results";
import { inSession } from "./in-session";
import type { CommonOptions } from "./options";
import { keeperOf, type Session } from "./session";
import type { World } from "./world";

/** What a run has come to. */
export interface RunResult {
  /** `interrupted`: the same call goes on. */
  readonly state: "done" | "failed" | "interrupted";
  /** What every copy job has come to. */
  readonly manifest: WrittenManifest;
}

/** What work that changes something and keeps a journal begins with. */
export type ChangingInput = Omit<RollbackInput, "request">;

/** Does some work that changes something, keeps a journal, and ends in a manifest. */
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
