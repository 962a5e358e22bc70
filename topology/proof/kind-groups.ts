import { byValue, lazily } from "@keyferry/common";
import type { KindCalls } from "../../kinds/declared-kind";
import type { Caller } from "../../policy/proof";
import type { Place } from "../model";

/** The groups of calls that copies of one kind need in one place. @param sharesWith accounts (12 digits) */
export function kindGroups(
  calls: KindCalls,
  caller: Caller,
  topology: string,
  sharesWith: readonly string[],
) {
  const copyOf = ({ copy, copyFrom }: Pick<KindCalls, "copy" | "copyFrom">) => ({
    copy: lazily(() => copy(caller, topology)),
    copyFrom: byValue(
      ({ account, region }: Place) => copyFrom(caller, { account: account.id, region }),
      ({ account, region }) => `${account.id} ${region}`,
    ),
  });
  return {
    look: lazily(() => calls.look(caller)),
    asWhole: copyOf(calls),
    inParts: copyOf(calls.registered ?? calls),
    readParts: lazily(() => calls.registered?.read(caller) ?? []),
    share: lazily(() => calls.share(caller, topology, sharesWith)),
    letLaunch: lazily(() => calls.letLaunch(caller, topology)),
    seeShared: lazily(() => calls.seeShared(caller)),
    remove: lazily(() => calls.remove(caller, topology)),
    finish: lazily(() => calls.finish(caller, topology)),
    protect: lazily(() => calls.protect(caller, topology)),
    lookForUses: lazily(() => calls.lookForUses(caller)),
  };
}
