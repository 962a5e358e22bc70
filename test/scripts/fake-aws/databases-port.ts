import type { DatabasesPort } from "../../../scripts/aws";

/** The fake cloud has no databases: what runs do with those is tested against the rehearsal cloud. */
export function noDatabases(): DatabasesPort {
  const refuse = () => {
    throw new TypeError("the fake cloud has no databases");
  };
  return {
    snapshots: async () => [],
    copySnapshot: refuse,
    deleteSnapshot: refuse,
    sharedAccounts: refuse,
    changeShares: refuse,
    addTags: refuse,
    removeTags: refuse,
  };
}
