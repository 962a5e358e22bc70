import { keeperOf } from "../../api/session";
import { locksText, unlockedText } from "../../report/unlock-text";
import { locks, unlock } from "../../commands/unlock";
import { EXIT } from "../exit-codes";
import type { Host } from "../host";
import { openSession, type CommonOptions } from "../session";
import { widthOf } from "../width";

export interface UnlockOptions extends CommonOptions {
  /** Break the leases without asking. @default false */
  readonly yes?: boolean;
}

/** `keyferry unlock`: shows which leases block runs, and breaks them if the user agrees. */
export async function unlockCommand(host: Host, options: UnlockOptions): Promise<number> {
  const session = await openSession(host, options);
  const keeper = keeperOf(host, session);
  const look = { topology: session.topology, aws: session.aws, clock: host.clock };
  const { columns } = widthOf(host);
  const tell = (found: object, text: string) =>
    host.out(options.json === true ? JSON.stringify(found) : text);

  const found = await locks(look, keeper);
  if (found.locks.length === 0) {
    tell(found, locksText(found, columns));
    return EXIT.done;
  }
  const refusal = found.locks.some(({ isAliveHere }) => isAliveHere)
    ? "no lease was broken: a run on this machine is alive"
    : await unlessAgreed(host, options, locksText(found, columns));
  if (refusal !== undefined) {
    tell(found, `${locksText(found, columns)}\n${refusal}`);
    return EXIT.refused;
  }
  const broken = await unlock(look, keeper, found);
  tell(broken, unlockedText(broken, columns));
  return EXIT.done;
}

/** Why no lease is broken; undefined if the user agrees. */
async function unlessAgreed(host: Host, { yes }: UnlockOptions, text: string): Promise<string | undefined> {
  if (yes === true) return undefined;
  if (host.ask === undefined) return "no lease was broken; keyferry unlock --yes breaks it";
  const answer = await host.ask(`${text}\nBreak it? Only "yes" is accepted: `);
  return answer?.trim() === "yes" ? undefined : "no lease was broken";
}
