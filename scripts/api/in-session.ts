import type { Topology, TopologyInput } from "../../topology";
import { throwIfAborted } from "../engine/graph-runner";
import { forwarded, unlessAborted } from "./abort";
import type { ApiEvent } from "./events";
import { listening } from "./listening";
import { mishapOf } from "./mishap";
import type { CommonOptions } from "./options";
import { openSession, type Session, type SessionOptions } from "./session";
import type { World } from "./world";

/** What the work of a command gets from its caller. */
export interface Caller {
  /** Never throws. */
  readonly listener: (event: ApiEvent) => void;
  readonly signal: AbortSignal;
}

type Work<T> = (session: Session, caller: Caller) => Promise<T>;

/**
 * Opens a session and runs work in it.
 * @throws KeyferryError `Interrupted` if it is aborted before the work begins
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
      const options = onEvent === undefined ? project : { ...project, onEvent: listener };
      const session = await openSession(world, input, options);
      throwIfAborted(signal);
      return work(session, { listener, signal });
    });
  } catch (error) {
    throw mishapOf(error) ?? error;
  } finally {
    end();
  }
}

/** The same for work that only reads: once it is aborted it sends no more requests, and does not wait for requests in progress. */
export function readInSession<T>(
  world: World,
  input: TopologyInput | Topology,
  options: CommonOptions & Pick<SessionOptions, "undecided">,
  work: Work<T>,
): Promise<T> {
  // This tracking costs Node time for every promise, so it is enabled only on request.
  if (options.signal === undefined) return inSession(world, input, options, work);
  return inSession(world, input, options, (session, caller) =>
    unlessAborted(caller.signal, () => work(session, caller)),
  );
}
