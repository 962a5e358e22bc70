import type { JsonObject } from "../../../packages/emulator/contract";
import { capture } from "../../../packages/emulator/state/capture";
import type { Ec2State } from "../../../packages/emulator/services/ec2/state";
import { tagsOf } from "../../../packages/emulator/services/ec2/tags/tags";
import type { Place } from "../../../topology";
import type { VirtualCloud } from "./virtual-cloud";

/** Everything in a cloud, by a unique ID: its internal state, with its tags. */
export type Holdings = ReadonlyMap<string, unknown>;

/** The EC2 resources that have an owner. */
const KINDS = ["images", "snapshots", "volumes", "instances", "launchTemplates"] as const;

/**
 * Images, snapshots, volumes, instances and launch templates of all accounts, keys and aliases, and the parameters of some
 * places: everything that Keyferry can access.
 */
export async function holdingsOf(cloud: VirtualCloud, places: readonly Place[]): Promise<Holdings> {
  const parameters = new Map<string, unknown>();
  for (const place of places) {
    for (const [name, parameter] of await parametersOf(cloud, place)) parameters.set(name, parameter);
  }
  return new Map([...ec2Of(cloud), ...keysOf(cloud), ...parameters]);
}

function ec2Of(cloud: VirtualCloud): readonly (readonly [string, unknown])[] {
  const state = cloud.composition.stores["ec2"] as Ec2State;
  return KINDS.flatMap((kind) =>
    Object.entries(state[kind]).map(([id, { owner, ...held }]) => {
      const tags = sorted(tagsOf(state, owner, id));
      return [id, structuredClone({ owner, ...held, tags })] as const;
    }),
  );
}

/** Without the time of their last use, which every copy of data under a key changes. */
function keysOf(cloud: VirtualCloud): readonly (readonly [string, unknown])[] {
  const { keys, aliases } = capture(cloud.composition.stores["kms"] ?? {}) as Record<
    "keys" | "aliases",
    { readonly $map: readonly (readonly [string, Record<string, unknown>])[] }
  >;
  return [
    ...keys.$map.map(([arn, key]) => [arn, { ...key, lastUsage: undefined }] as const),
    ...aliases.$map.map(([arn, alias]) => [arn, alias] as const),
  ];
}

async function parametersOf(
  cloud: VirtualCloud,
  { account, region }: Place,
): Promise<readonly (readonly [string, unknown])[]> {
  const { moto } = cloud.composition.cloud;
  const ask = (operation: string, input: JsonObject) =>
    moto.json("ssm", account.id, region, `AmazonSSM.${operation}`, input);
  const { Parameters = [] } = (await ask("DescribeParameters", { MaxResults: 50 })) as {
    readonly Parameters?: readonly { readonly Name: string }[];
  };
  const found: (readonly [string, unknown])[] = [];
  for (const { Name } of Parameters) {
    const { Parameters: versions } = await ask("GetParameterHistory", { Name, WithDecryption: true });
    const { TagList } = await ask("ListTagsForResource", { ResourceType: "Parameter", ResourceId: Name });
    found.push([`${account.id}/${region} ${Name}`, { versions, tags: TagList }]);
  }
  return found;
}

function sorted(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(tags).sort(([a], [b]) => a.localeCompare(b)));
}

/** The resources of one of several parties that share accounts: everything that was created while it acted. */
export class Owned {
  private readonly ids = new Set<string>();

  constructor(private readonly look: () => Promise<Holdings>) {}

  /** Lets the owner act; everything that is new afterwards belongs to it. */
  async by<T>(act: () => Promise<T>): Promise<T> {
    const before = await this.look();
    const result = await act();
    for (const id of (await this.look()).keys()) if (!before.has(id)) this.ids.add(id);
    return result;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  get all(): readonly string[] {
    return [...this.ids];
  }

  /** The current state of all of it; undefined for what no longer exists. */
  async dump(): Promise<Readonly<Record<string, unknown>>> {
    const held = await this.look();
    return Object.fromEntries(this.all.map((id) => [id, held.get(id)]));
  }
}
