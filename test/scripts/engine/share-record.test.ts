import {
  othersRecord,
  ownRecord,
  recordedUnder,
  sharedWithTags,
  sharersOf,
} from "../../../scripts/engine/share-record";
import { acme } from "../../_helpers/topologies";

const isWeb = (sharer: string) => sharer === "acme/web";

describe("the record of Keyferry's shares", () => {
  it("is read back as written, for any number of accounts", () => {
    for (const count of [0, 1, 19, 20, 60]) {
      const accounts = Array.from({ length: count }, (_, i) => String(100_000_000_000 + i));
      const head = { bearer: "snap-0123456789abcdef0", lease: 1_764_315_009_123 };
      const tags = sharedWithTags("acme/web", accounts, head);
      const own = ownRecord(tags, isWeb);
      expect(own.accounts).toEqual(accounts);
      expect(own.needed).toEqual(accounts);
      expect(own.keys).toEqual(Object.keys(tags));
      for (const value of Object.values(own.asEnding)) expect(value.length).toBeLessThanOrEqual(256);
      expect(ownRecord(own.asEnding, isWeb)).toMatchObject({ accounts, needed: [] });
    }
  });

  it("of one rule is not read for another rule, or for another topology with a similar name", () => {
    const tags = {
      ...sharedWithTags("acme/web", ["111111111111"]),
      ...sharedWithTags("acme/web-2", ["222222222222"]),
      ...sharedWithTags("acme-2/web", ["333333333333"]),
    };
    expect(ownRecord(tags, isWeb).accounts).toEqual(["111111111111"]);
    expect(othersRecord(tags, isWeb).accounts).toEqual(["222222222222", "333333333333"]);
    expect(ownRecord(tags, sharersOf(acme())).accounts).toEqual(["111111111111", "222222222222"]);
    expect(othersRecord(tags, sharersOf(acme())).accounts).toEqual(["333333333333"]);
  });

  it("lets a run recognise the records that it wrote itself", () => {
    const head = { bearer: "ami-1", lease: 7 };
    const tags = {
      ...sharedWithTags("acme/web", ["111111111111"], head),
      ...sharedWithTags("acme/api", ["111111111111"], { ...head, lease: 8 }),
    };
    expect(recordedUnder(tags, "acme/web", 7)).toBe(true);
    expect(recordedUnder(tags, "acme/web", 8)).toBe(false);
    expect(recordedUnder(sharedWithTags("acme/web", ["111111111111"]), "acme/web", 7)).toBe(false);
  });

  it("does not change the user's tags", () => {
    const tags = { team: "platform", "keyferry:node": "web", "keyferry:shared-with": "111111111111" };
    expect(ownRecord(tags, () => true).keys).toEqual([]);
    expect(othersRecord(tags, isWeb).keys).toEqual([]);
  });
});
