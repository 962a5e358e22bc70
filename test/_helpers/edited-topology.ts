import type { ImageTopology } from "./topologies";
import { anyTopology } from "./any-topology";
import fc from "./fast-check";

type Images = NonNullable<ImageTopology["images"]>;
type Image = Images[string];

/** A typical change that users make; `at` selects what is changed. */
type Edit = (topology: ImageTopology, at: number) => ImageTopology;

const EDITS: Readonly<Record<string, Edit>> = {
  "drop a destination": (topology, at) =>
    withImage(topology, at, (image) => ({
      ...image,
      to: image.to.filter((_, index) => index !== at % image.to.length),
    })),
  "drop a Region": (topology, at) =>
    withImage(topology, at, (image) => ({
      ...image,
      to: image.to.map((rule) => ({
        ...rule,
        regions: rule.regions.slice(at % 2, at % 2 === 0 ? -1 : undefined),
      })),
    })),
  "drop a launch": (topology, at) =>
    withImage(topology, at, (image) => ({
      ...image,
      to: image.to.map(({ account, regions }) => ({ account, regions })),
    })),
  "drop a rule": (topology, at) => ({
    ...topology,
    images: Object.fromEntries(
      Object.entries(topology.images).filter(([name]) => name !== nth(topology.images, at)),
    ),
  }),
  "rename a rule": (topology, at) => ({
    ...topology,
    images: renamed(topology.images, nth(topology.images, at), "renamed"),
  }),
  "drop an account": (topology, at) => withoutAccount(topology, nth(topology.accounts, at)),
  "rename an account": (topology, at) => renamedAccount(topology, nth(topology.accounts, at), "renamed"),
  "replace an account": (topology, at) => {
    const name = nth(topology.accounts, at);
    const replaced = { ...topology.accounts[name], id: String(888_888_888_888 - at) };
    return { ...topology, accounts: { ...topology.accounts, [name]: replaced } };
  },
  "move a source": (topology, at) =>
    withImage(topology, at, (image) => ({
      ...image,
      from: { ...image.from, account: nth(topology.accounts, at), region: "eu-north-1" },
    })),
  "toggle EBS defaults": (topology, at) => {
    const name = nth(topology.accounts, at);
    const account = topology.accounts[name] ?? { id: "" };
    const toggled = { ...account, ebsDefaults: account.ebsDefaults !== true };
    return { ...topology, accounts: { ...topology.accounts, [name]: toggled } };
  },
  "change the operator": (topology, at) => ({ ...topology, operator: nth(topology.accounts, at) }),
};

/** A topology, and the same after a few edits; usually valid. */
export const editedTopology: fc.Arbitrary<readonly [ImageTopology, ImageTopology]> = fc
  .tuple(
    anyTopology,
    fc.array(fc.tuple(fc.constantFrom(...Object.values(EDITS)), fc.nat(11)), { minLength: 1, maxLength: 4 }),
  )
  .map(([before, edits]) => [before, edits.reduce((topology, [edit, at]) => edit(topology, at), before)]);

/** Two unrelated topologies with the same name. */
export const replacedTopology: fc.Arbitrary<readonly [ImageTopology, ImageTopology]> = fc
  .tuple(anyTopology, anyTopology)
  .map(([before, after]) => [before, { ...after, name: before.name }]);

function nth(record: Readonly<Record<string, unknown>>, at: number): string {
  const names = Object.keys(record);
  return names[at % names.length] ?? "";
}

function withImage(topology: ImageTopology, at: number, change: (image: Image) => Image): ImageTopology {
  const name = nth(topology.images, at);
  const image = topology.images[name];
  return image === undefined
    ? topology
    : { ...topology, images: { ...topology.images, [name]: change(image) } };
}

function renamed<T>(record: Readonly<Record<string, T>>, from: string, to: string): Record<string, T> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name === from ? to : name, value]),
  );
}

function withoutAccount(topology: ImageTopology, account: string): ImageTopology {
  const images = Object.entries(topology.images)
    .filter(([, image]) => image.from.account !== account)
    .map(([name, image]): [string, Image] => [
      name,
      { ...image, to: image.to.filter((rule) => rule.account !== account) },
    ]);
  const accounts = Object.fromEntries(Object.entries(topology.accounts).filter(([name]) => name !== account));
  const operator = topology.operator === account ? nth(accounts, 0) : topology.operator;
  return {
    ...topology,
    accounts,
    operator,
    images: Object.fromEntries(images.filter(([, { to }]) => to.length > 0)),
  };
}

function renamedAccount(topology: ImageTopology, from: string, to: string): ImageTopology {
  const name = (account: string) => (account === from ? to : account);
  const images = Object.entries(topology.images).map(([key, image]): [string, Image] => [
    key,
    {
      ...image,
      from: { ...image.from, account: name(image.from.account) },
      to: image.to.map((rule) => ({ ...rule, account: name(rule.account) })),
    },
  ]);
  return {
    ...topology,
    accounts: renamed(topology.accounts, from, to),
    operator: name(topology.operator ?? ""),
    images: Object.fromEntries(images),
  };
}
