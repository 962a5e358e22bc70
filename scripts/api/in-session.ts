import type { Topology, TopologyInput } from "../../topology";
import { throwIfAborted } from "../engine/graph-runner";
import { forwarded, unlessAborted } from "./abort";
import type { ApiEvent } from "./events";
import { listening } from "./listening";
import { mishapOf } from "./mishap";
import type { CommonOptions } from "./options";
import { openSession, type Session, type SessionOptions } from "./session";
import type { World } from "./world";

/** What the work of a command hears of its caller. */
export interface Caller {
  /** Never throws. */
  readonly listener: (event: ApiEvent) => void;
  readonly signal: AbortSignal;
}

type Work<T> = (session: Session, caller: Caller) => Promise<T>;

/**
 * Opens a session and does some work in it.
 * @throws KeyferryError `Interrupted` where it is aborted before the work begins
 * @throws KeyferryError `FileRefused`, `PackageMissing` for what the machine refuses
 */
export async function inSession<T>(
  world: World,
  input: TopologyInput | Topology,
  { onEvent, signal: given, ...project }: CommonOptions & Pick<SessionOptions, "undecided">,
  work: Work<T>,
): Promise<T> {
  const { signal, end } = forwarded(given);
  try {
    return await listening(onEvent, async (listener) => {
      throwIfAborted(signal);
      const told = onEvent === undefined ? project : { ...project, onEvent: listener };
      const session = await openSession(world, input, told);
      throwIfAborted(signal);
      return work(session, { listener, signal });
    });
  } catch (error) {
    throw mishapOf(error) ?? error;
  } finally {
    end();
  }
}

/** The same for work that only reads: once it is aborted it sends nothing more, and nobody waits for what is on its way. */
export function readInSession<T>(
  world: World,
  input: TopologyInput | Topology,
  options: CommonOptions & Pick<SessionOptions, "undecided">,
  work: Work<T>,
): Promise<T> {
  // Node pays for such a watch with every promise, so nobody does who does not ask for it.
  if (options.signal === undefined) return inSession(world, input, options, work);
  return inSession(world, input, options, (session, caller) =>
    unlessAborted(caller.signal, () => work(session, caller)),
  );
}
