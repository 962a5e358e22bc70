import type { KeysPort } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { error, idOf, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

export function keysPort(cloud: FakeCloud, place: Place, guard: Guard): KeysPort {
  const { account, region } = place;
  return {
    describeKey: async (reference) => {
      guard(account, region, "DescribeKey");
      const arn = reference.startsWith("alias/")
        ? cloud.aliases.get(`${idOf(place)} ${reference}`)
        : reference;
      const key = arn === undefined ? undefined : cloud.keys.get(arn);
      if (key === undefined) return undefined;
      const { state, deletionDate } = key;
      const ending = deletionDate === undefined ? {} : { deletionDate };
      return { arn: key.arn, state, spec: "SYMMETRIC_DEFAULT", ...ending };
    },
    aliases: async () => {
      guard(account, region, "ListAliases");
      const here = [...cloud.aliases].filter(([name]) => name.startsWith(`${idOf(place)} `));
      const aliasOf = (name: string) => name.slice(idOf(place).length + 1);
      return new Map(
        here.map(([, arn]) => [
          arn,
          here.filter(([, other]) => other === arn).map(([name]) => aliasOf(name)),
        ]),
      );
    },
    keyPolicy: async (arn) => {
      guard(account, region, "GetKeyPolicy");
      const key = cloud.keys.get(arn);
      if (key === undefined || !arn.includes(`:${account.id}:`)) {
        throw error(account, region, "GetKeyPolicy", "AccessDeniedException", "another account's key");
      }
      return JSON.stringify(key.policy);
    },
  };
}
