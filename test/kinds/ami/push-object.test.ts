import { pushObject } from "../../../kinds/ami/carry/stored/push-object";
import { partsOf } from "../../../kinds/ami/carry/stored/parts";
import type { RunContext } from "../../../scripts/engine/context";
import type { RunEvent } from "../../../scripts/engine/events";
import { buildGraph, type CopyNode } from "../../../topology";
import { stored } from "../../_helpers/topologies";
import { FakeObjects, refusal } from "../../scripts/fake-aws/fake-objects";

const GIB = 1024 ** 3;
const SOURCE = "keyferry-stored-111111111111-eu-west-1";
const TARGET = "keyferry-stored-222222222222-eu-central-1";
const KEY = "stored/web/ami-1.bin";

let s3: FakeObjects;
let events: RunEvent[];

beforeEach(() => {
  s3 = new FakeObjects();
  events = [];
});

function node(): CopyNode {
  const topology = stored();
  const [rule] = topology.rules;
  const graph = rule && buildGraph(topology, rule, { id: "ami-1", name: "web-1", snapshots: [] });
  const found = graph?.nodes.find(({ restored }) => restored !== undefined);
  if (found === undefined) throw new Error("nothing is restored");
  return found;
}

function push(signal = new AbortController().signal): Promise<string> {
  const context = {
    aws: { storedImages: () => s3.port() },
    signal,
    emit: (event: RunEvent) => void events.push(event),
  };
  return pushObject(context as unknown as RunContext, node(), "ami-1");
}

describe("the ranges of an object", () => {
  it.each([1, 5, 256 * 1024 ** 2, 256 * 1024 ** 2 + 1, 100 * GIB, 5e12])(
    "of %d bytes are contiguous, and within S3's limits of number and size",
    (size) => {
      const parts = partsOf(size);
      expect(parts.length).toBeLessThanOrEqual(10_000);
      expect(parts[0]?.first).toBe(0);
      expect(parts.at(-1)?.last).toBe(size - 1);
      const wrong = parts.filter(({ number, first, last }, index) => {
        const length = last - first + 1;
        const follows = first === (index === 0 ? 0 : (parts[index - 1]?.last ?? 0) + 1);
        const isLarge = index === parts.length - 1 || length >= 5 * 1024 ** 2;
        return number !== index + 1 || !follows || !isLarge || length > 5 * GIB;
      });
      expect(wrong).toEqual([]);
    },
  );
});

describe("an object of a stored image", () => {
  it("of 5,000 GB is copied in parts at the same time, with its metadata and tags", async () => {
    const traits = { metadata: { "ami-name": "web" }, tags: { team: "web" } };
    s3.put(SOURCE, { key: KEY, size: 5e12, etag: '"abc"', ...traits });
    const key = await push();
    expect(key).toBe("received/web/ami-1-abc.bin");
    expect(s3.objects.get(`${TARGET}/${key}`)).toMatchObject({ size: 5e12, ...traits });
    expect(s3.copied).toHaveLength(partsOf(5e12).length);
    expect(s3.atOnce).toBe(16);
    expect(s3.uploads.size).toBe(0);
    expect(events.filter(({ code }) => code === "ObjectProgressed").length).toBeLessThanOrEqual(21);
  });

  it("is not copied again if it already exists", async () => {
    s3.put(SOURCE, { key: KEY, size: GIB, etag: '"abc"' });
    await push();
    s3.copied.length = 0;
    await push();
    expect(s3.copied).toEqual([]);
  });

  it("whose copy was interrupted is continued part by part", async () => {
    s3.put(SOURCE, { key: KEY, size: 10 * GIB, etag: '"abc"' });
    s3.beforePart = (number) => {
      if (number === 30) throw refusal("InternalError");
    };
    await expect(push()).rejects.toThrow("InternalError of a test");
    expect(s3.uploads.size).toBe(1);
    const before = new Set(s3.copied);
    expect(before.size).toBeGreaterThan(0);
    s3.copied.length = 0;
    s3.beforePart = () => undefined;
    await push();
    expect(s3.copied.filter((number) => before.has(number))).toEqual([]);
    expect(before.size + s3.copied.length).toBe(40);
    expect(events.at(-1)).toMatchObject({ code: "ObjectCopied", resumed: before.size });
  });

  it("that changes during the copy is refused, and nothing of it is kept", async () => {
    s3.put(SOURCE, { key: KEY, size: 10 * GIB, etag: '"abc"' });
    s3.beforePart = (number) => {
      if (number === 20) s3.put(SOURCE, { key: KEY, size: 10 * GIB, etag: '"other"' });
    };
    await expect(push()).rejects.toThrow(/was changed while it was copied/);
    expect(s3.uploads.size).toBe(0);
    expect([...s3.objects.keys()]).toEqual([`${SOURCE}/${KEY}`]);
  });

  it("with another checksum than its source is removed and refused", async () => {
    s3.put(SOURCE, { key: KEY, size: GIB, etag: '"abc"', checksum: "AAAA" });
    s3.put(TARGET, { key: "received/web/ami-1-abc.bin", size: GIB, checksum: "BBBB" });
    await expect(push()).rejects.toThrow("its CRC-64/NVME is BBBB instead of AAAA");
    expect(s3.objects.has(`${TARGET}/received/web/ami-1-abc.bin`)).toBe(false);
  });

  it("keeps its copied parts if the run is interrupted, and no part starts after that", async () => {
    s3.put(SOURCE, { key: KEY, size: 10 * GIB, etag: '"abc"' });
    const user = new AbortController();
    s3.beforePart = (number) => {
      if (number === 5) user.abort();
    };
    await expect(push(user.signal)).rejects.toMatchObject({ code: "Interrupted" });
    expect(s3.uploads.size).toBe(1);
    // Parts that were started before end; no further part is started.
    expect(s3.copied.length).toBeLessThanOrEqual(20);
  });

  it("that no longer exists is reported, with the account that must act", async () => {
    await expect(push()).rejects.toMatchObject({ code: "StoredImageGone", account: "111111111111" });
  });
});
