import { allIn, drop, named, ownedBy, put, type Shelved } from "../../../services/ec2/shelf";
import { emptyEc2State } from "../../../services/ec2";
import { forgetTags, setTags, tagsOf } from "../../../services/ec2/tags/tags";

const item = (name: string, owner = "1", region = "r"): Shelved => ({ name, owner, region });

describe("a shelf", () => {
  it("finds items by Region, owner and name, and no longer once they are dropped", () => {
    const shelf: Record<string, Shelved> = {};
    put(shelf, "a", item("web"));
    put(shelf, "b", item("web", "2"));
    put(shelf, "c", item("web", "1", "s"));
    expect([...ownedBy(shelf, "r", "1")]).toEqual([shelf.a]);
    expect([...allIn(shelf, "r")]).toEqual([shelf.a, shelf.b]);
    expect(named(shelf, "r", "1", "web")).toEqual([shelf.a]);
    drop(shelf, "a");
    expect([...ownedBy(shelf, "r", "1")]).toEqual([]);
    expect(named(shelf, "r", "1", "web")).toEqual([]);
    expect(Object.keys(shelf)).toEqual(["b", "c"]);
  });

  it("that replaces another one, as when a cloud is loaded, is indexed again", () => {
    const before: Record<string, Shelved> = {};
    put(before, "a", item("web"));
    const after: Record<string, Shelved> = { z: item("api") };
    expect([...ownedBy(after, "r", "1")]).toEqual([after.z]);
    expect([...ownedBy(before, "r", "1")]).toEqual([before.a]);
  });
});

describe("tags", () => {
  it("of a state that replaces another one are found, and removed for all accounts", () => {
    const state = { ...emptyEc2State(), tags: { "1/ami-1": { a: "1" }, "2/ami-1": { b: "2" } } };
    expect(tagsOf(state, "2", "ami-1")).toEqual({ b: "2" });
    setTags(state, "1", "ami-1", { c: "3" });
    expect(state.tags["1/ami-1"]).toEqual({ a: "1", c: "3" });
    forgetTags(state, "ami-1");
    expect(state.tags).toEqual({});
    expect(tagsOf(state, "1", "ami-1")).toEqual({});
  });
});
