import { byValue, lazily } from "@keyferry/common";
import type { CopyCalls, KindCalls } from "../../kinds/declared-kind";
import type { Caller } from "../../policy/proof";
import type { Place } from "../model";

/** The groups of calls that copies of one kind need in one place. @param sharesWith accounts (12 digits) */
export function kindGroups(
  calls: KindCalls,
  caller: Caller,
  topology: string,
  sharesWith: readonly string[],
) {
  const copyOf = ({ copy, copyFrom, copyFromAccount }: CopyCalls) => {
    const fromRegion = byValue((region: string) => copyFrom(caller, region));
    const fromAccount = byValue((account: string) =>
      byValue((region: string) => copyFromAccount?.(caller, { account, region }) ?? []),
    );
    return {
      copy: lazily(() => copy(caller, topology)),
      copyFrom: ({ account, region }: Place) =>
        copyFromAccount === undefined
          ? [fromRegion(region)]
          : [fromRegion(region), fromAccount(account.id)(region)],
    };
  };
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
