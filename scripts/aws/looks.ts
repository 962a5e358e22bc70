import { LINEAGE_TAGS } from "../../topology";
import { gather, parts } from "./gather";
import type { DatabasesPort, DatabaseType, DbSnapshotQuery, Filters, ImagesPort, KeysPort } from "./ports";

/** Maximum number of values of one Describe filter. Source: EC2 API reference, DescribeImages ("filter values"). */
const FILTER_VALUES = 200;

const TOPOLOGY = `tag:${LINEAGE_TAGS.topology}`;

/** Filters whose values from many reads can be combined in one call. */
const JOINABLE = ["image-id", "snapshot-id", "name"];

/** How reads are combined: one call serves a whole group, and each read selects its own results from the response. */
interface Join {
  readonly group: string;
  /** The parts of the call that are the same for the group. */
  readonly common: Filters;
  /** The filter whose values are combined. @default - all reads of the group are the same call */
  readonly by?: string;
}

interface Resource {
  readonly tags: Readonly<Record<string, string>>;
}

/** The port with combined reads: concurrent requests for images and snapshots cost one call, not one each. */
export function withJoinedLooks(port: ImagesPort): ImagesPort {
  return {
    ...port,
    describeImages: gather(
      joined((filters) => port.describeImages(filters), {
        "image-id": (image) => image.id,
        name: (image) => image.name,
        state: (image) => image.state,
      }),
    ),
    describeSnapshots: gather(
      joined((filters) => port.describeSnapshots(filters), {
        "snapshot-id": (snapshot) => snapshot.snapshotId,
      }),
    ),
  };
}

/** The port with combined look-ups: concurrent requests for the same key, or for all aliases, cost one call. */
export function withJoinedKeys(port: KeysPort): KeysPort {
  const once = <A>(ask: (key: string) => Promise<A>) =>
    gather<string, A>((keys) => {
      const calls = new Map([...new Set(keys)].map((key) => [key, ask(key)]));
      return keys.map((key) => calls.get(key) as Promise<A>);
    });
  const aliases = once(() => port.aliases());
  return { ...port, describeKey: once((key) => port.describeKey(key)), aliases: () => aliases("") };
}

/** The port with combined reads: identical concurrent requests for snapshots of one type of database cost one call. */
export function withJoinedDatabases(port: DatabasesPort): DatabasesPort {
  const snapshots = gather<Parameters<DatabasesPort["snapshots"]>, Awaited<Answer>>((looks) => {
    const calls = new Map<string, Answer>();
    return looks.map((look) => {
      const words = JSON.stringify(look);
      const asked = calls.get(words) ?? port.snapshots(...look);
      calls.set(words, asked);
      return asked;
    });
  });
  return { ...port, snapshots: (of: DatabaseType, query: DbSnapshotQuery) => snapshots([of, query]) };
}

type Answer = ReturnType<DatabasesPort["snapshots"]>;

/** @param fields how to read the fields of filters, except tags; a read with any other filter is made unchanged */
function joined<T extends Resource>(
  describe: (filters: Filters) => Promise<readonly T[]>,
  fields: Readonly<Record<string, (resource: T) => string>>,
): (looks: readonly Filters[]) => readonly Promise<readonly T[]>[] {
  return (looks) => {
    const groups = new Map<string, { readonly join: Join; readonly looks: Filters[] }>();
    const groupOf = (filters: Filters) => joinOf(filters, fields);
    for (const filters of looks) {
      const join = groupOf(filters);
      const group = groups.get(join.group);
      if (group === undefined) groups.set(join.group, { join, looks: [filters] });
      else group.looks.push(filters);
    }
    const answers = new Map(
      [...groups].map(([name, { join, looks: own }]) => [name, ask(join, own, describe)]),
    );
    return looks.map(async (filters) => {
      const found = (await answers.get(groupOf(filters).group)) ?? [];
      return found.filter((resource) => fits(filters, resource, fields));
    });
  };
}

function joinOf<T>(filters: Filters, fields: Readonly<Record<string, (resource: T) => string>>): Join {
  const names = Object.keys(filters);
  const isReadable = names.every((name) => name.startsWith("tag:") || name in fields);
  if (!isReadable) return { group: `as it is ${JSON.stringify(filters)}`, common: filters };
  // One call for all copies of a topology: each node selects its own by its tags.
  if (TOPOLOGY in filters && names.every((name) => name.startsWith("tag:"))) {
    const common = { [TOPOLOGY]: filters[TOPOLOGY] ?? [] };
    return { group: `lineage ${JSON.stringify(common)}`, common };
  }
  const by = names.find((name) => JOINABLE.includes(name));
  const common = Object.fromEntries(Object.entries(filters).filter(([name]) => name !== by));
  return { group: `${by} ${JSON.stringify(common)}`, common, ...(by === undefined ? {} : { by }) };
}

/** A single read is made unchanged. */
async function ask<T>(
  { common, by }: Join,
  looks: readonly Filters[],
  describe: (filters: Filters) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const [only, ...others] = looks;
  const values = by === undefined ? [] : [...new Set(looks.flatMap((filters) => filters[by] ?? []))];
  if (only !== undefined && others.length === 0 && values.length <= FILTER_VALUES) return describe(only);
  if (by === undefined) return describe(common);
  const found: T[] = [];
  for (const part of parts(values, FILTER_VALUES)) found.push(...(await describe({ ...common, [by]: part })));
  return found;
}

function fits<T extends Resource>(
  filters: Filters,
  resource: T,
  fields: Readonly<Record<string, (resource: T) => string>>,
): boolean {
  return Object.entries(filters).every(([name, values]) => {
    const read = fields[name];
    if (read === undefined && !name.startsWith("tag:")) return true;
    const actual = read === undefined ? resource.tags[name.slice("tag:".length)] : read(resource);
    return actual !== undefined && values.some((value) => pattern(value).test(actual));
  });
}

/** Filter values support `*` and `?`. Source: EC2 API reference, "Filter". */
function pattern(value: string): RegExp {
  const escaped = value.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
}
