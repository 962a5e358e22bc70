import type { Filters, ImagesPort, ImageView, KeysPort } from "../../../scripts/aws";
import { withJoinedKeys, withJoinedLooks } from "../../../scripts/aws/looks";

function image(imageId: string, name: string, tags: Readonly<Record<string, string>> = {}): ImageView {
  return { id: imageId, name, state: "available", tags } as ImageView;
}

/** A port with some images that records its calls and returns more than was requested. */
function port(images: readonly ImageView[]) {
  const asked: Filters[] = [];
  const describeImages = (filters: Filters) => {
    asked.push(filters);
    return Promise.resolve(images);
  };
  return { asked, port: withJoinedLooks({ describeImages } as unknown as ImagesPort) };
}

const idsOf = (images: readonly ImageView[]) => images.map(({ id: imageId }) => imageId);
const lineage = (node: string) => ({ "tag:keyferry:topology": ["acme"], "tag:keyferry:node": [node] });
const tagged = (node: string) => ({ "keyferry:topology": "acme", "keyferry:node": node });

describe("concurrent image reads", () => {
  it("by image id are combined into one call, and each gets its own images", async () => {
    const { port: joined, asked } = port([image("ami-1", "a"), image("ami-2", "b")]);
    const looks = await Promise.all([
      joined.describeImages({ "image-id": ["ami-1"] }),
      joined.describeImages({ "image-id": ["ami-2"] }),
      joined.describeImages({ "image-id": ["ami-3"] }),
    ]);
    expect(asked).toEqual([{ "image-id": ["ami-1", "ami-2", "ami-3"] }]);
    expect(looks.map(idsOf)).toEqual([["ami-1"], ["ami-2"], []]);
  });

  it("of the copies of one topology are combined into one call by its tag", async () => {
    const { port: joined, asked } = port([
      image("ami-1", "a", tagged("x")),
      image("ami-2", "b", tagged("y")),
    ]);
    const looks = await Promise.all([
      joined.describeImages(lineage("x")),
      joined.describeImages(lineage("y")),
    ]);
    expect(asked).toEqual([{ "tag:keyferry:topology": ["acme"] }]);
    expect(looks.map(idsOf)).toEqual([["ami-1"], ["ami-2"]]);
  });

  it("by names with wildcards are combined into one call, and never mixed with other states", async () => {
    const { port: joined, asked } = port([image("ami-1", "web-1"), image("ami-2", "db-12")]);
    const state = ["available"];
    const looks = await Promise.all([
      joined.describeImages({ name: ["web-*"], state }),
      joined.describeImages({ name: ["db-?"], state }),
      joined.describeImages({ name: ["db-*"], state: ["pending"] }),
    ]);
    expect(asked).toEqual([
      { state, name: ["web-*", "db-?"] },
      { name: ["db-*"], state: ["pending"] },
    ]);
    expect(looks.map(idsOf)).toEqual([["ami-1"], [], []]);
  });

  it("request at most 200 values in one call", async () => {
    const { port: joined, asked } = port([]);
    const ids = Array.from({ length: 401 }, (_, index) => `ami-${index}`);
    const looks = ids.map((id) => joined.describeImages({ "image-id": [id] }));
    await Promise.all(looks);
    expect(asked.map((filters) => filters["image-id"]?.length)).toEqual([200, 200, 1]);
  });

  it("by filters that cannot be evaluated locally are made unchanged", async () => {
    const { port: joined, asked } = port([image("ami-1", "a")]);
    const [arm] = await Promise.all([
      joined.describeImages({ architecture: ["arm64"] }),
      joined.describeImages({ architecture: ["x86_64"] }),
    ]);
    expect(asked).toEqual([{ architecture: ["arm64"] }, { architecture: ["x86_64"] }]);
    expect(idsOf(arm ?? [])).toEqual(["ami-1"]);
  });

  it("fail together if their call fails, and the next read makes a new call", async () => {
    const failures = [new TypeError("throttled")];
    const describeImages = () => {
      const failure = failures.pop();
      return failure === undefined ? Promise.resolve([]) : Promise.reject(failure);
    };
    const joined = withJoinedLooks({ describeImages } as unknown as ImagesPort);
    const looks = await Promise.allSettled([
      joined.describeImages({ "image-id": ["ami-1"] }),
      joined.describeImages({ "image-id": ["ami-2"] }),
    ]);
    expect(looks.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await joined.describeImages({ "image-id": ["ami-1"] })).toEqual([]);
  });
});

describe("concurrent key look-ups", () => {
  it("are combined into one call for each key, and nothing is cached", async () => {
    const asked: string[] = [];
    const describeKey = (key: string) => {
      asked.push(key);
      return Promise.resolve({ arn: key, state: "Enabled", spec: "SYMMETRIC_DEFAULT" });
    };
    const joined = withJoinedKeys({ describeKey } as unknown as KeysPort);
    const looks = ["alias/a", "alias/b", "alias/a"].map((key) => joined.describeKey(key));
    const found = await Promise.all(looks);
    expect(found.map((key) => key?.arn)).toEqual(["alias/a", "alias/b", "alias/a"]);
    await joined.describeKey("alias/a");
    expect(asked).toEqual(["alias/a", "alias/b", "alias/a"]);
  });
});
