import { sharedWith, sharedWithKeys, sharedWithTags } from "../../../scripts/engine/lineage";

describe("the record of our shares", () => {
  it("is read back as it was written, however many accounts there are", () => {
    for (const count of [0, 1, 19, 20, 60]) {
      const accounts = Array.from({ length: count }, (_, i) => String(100_000_000_000 + i));
      const tags = sharedWithTags(accounts);
      expect(sharedWith(tags)).toEqual(accounts);
      for (const value of Object.values(tags)) expect(value.length).toBeLessThanOrEqual(256);
    }
  });

  it("leaves the user's tags alone", () => {
    expect(sharedWithKeys({ team: "platform", "keyferry:shared-with": "1" })).toEqual([
      "keyferry:shared-with",
    ]);
    expect(sharedWith({ team: "platform" })).toEqual([]);
  });
});
