import { IMAGE_ROUTES, type ImageRouteFacts } from "../../../kinds/ami/declare/routes";
import { chooseRoute, judgeRoutes } from "../../../kinds/shared/declare/routes";

const FROM: ImageRouteFacts["from"] = {
  account: "builder",
  accountId: "111111111111",
  region: "eu-west-1",
  partition: "aws",
  shareKeys: true,
};
const PROD: ImageRouteFacts["to"] = {
  account: "prod",
  accountId: "222222222222",
  region: "eu-central-1",
  partition: "aws",
};
const IMAGE: ImageRouteFacts["image"] = {
  id: "ami-1",
  rootDevice: "ebs",
  virtualization: "hvm",
  marketplaceCodes: [],
  lostByRegistering: [],
  volumes: [{ sizeGiB: 8 }],
  snapshots: [{ snapshotId: "snap-1", sizeGiB: 8, dataGiB: 3 }],
};
const ORGANIZATION = "o-a1b2c3d4e5";
const DEFAULT_KEY = "snap-1 (/dev/xvda) is under an AWS managed key, which cannot be shared";
const MIXED_KEYS = "snap-2 (/dev/sdf) is under a key that the destinations may not use";

interface Case {
  readonly name: string;
  readonly from?: Partial<ImageRouteFacts["from"]>;
  readonly to?: Partial<ImageRouteFacts["to"]>;
  readonly image?: Partial<ImageRouteFacts["image"]>;
  readonly throughTransit?: string;
  /** The chosen route. @default - every route is closed */
  readonly chosen?: string;
  /** Part of the reason. */
  readonly because: string | RegExp;
}

const CASES: readonly Case[] = [
  { name: "an image that can be shared as it is", chosen: "copy-image", because: "one API call of AWS" },
  {
    name: "the default key aws/ebs: through a transit copy",
    throughTransit: DEFAULT_KEY,
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "volumes under several keys: through a transit copy",
    image: {
      snapshots: [
        { snapshotId: "snap-1", sizeGiB: 8 },
        { snapshotId: "snap-2", sizeGiB: 100 },
      ],
    },
    throughTransit: MIXED_KEYS,
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "AWS Marketplace product codes into another account",
    image: { marketplaceCodes: ["3ql"] },
    because: "ami-1 has the AWS Marketplace product code 3ql",
  },
  {
    name: "AWS Marketplace product codes within the account",
    to: { accountId: FROM.accountId, account: "builder" },
    image: { marketplaceCodes: ["3ql"] },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "a paravirtual image into a Region that supports it",
    image: { virtualization: "paravirtual" },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "a paravirtual image into a Region that does not support it",
    image: { virtualization: "paravirtual" },
    to: { region: "eu-north-1" },
    because: "eu-north-1 does not support paravirtual images",
  },
  {
    name: "keys that may not be shared",
    from: { shareKeys: false },
    chosen: "store-restore",
    because:
      /^neither account uses a key of the other; copy-image is closed, because builder shares its keys with no other account/,
  },
  {
    name: "keys that may not be shared, within the account",
    from: { shareKeys: false },
    to: { accountId: FROM.accountId, account: "builder" },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "keys that may not be shared, and a paravirtual image",
    from: { shareKeys: false },
    image: { virtualization: "paravirtual" },
    because: "EC2 does not store paravirtual images as S3 objects",
  },
  {
    name: "sharing within the organisation, with a member",
    from: { shareKeys: "organization", organization: ORGANIZATION },
    to: { organization: ORGANIZATION },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "sharing within the organisation, with an account of another one",
    from: { shareKeys: "organization", organization: ORGANIZATION },
    to: { organization: "o-zzzzzzzzzz" },
    chosen: "store-restore",
    because: "only within its organisation",
  },
  {
    name: "sharing within the organisation, with an account without an organisation setting",
    from: { shareKeys: "organization", organization: ORGANIZATION },
    chosen: "store-restore",
    because: "accounts.prod.organization is not the same",
  },
  {
    name: "more than 5,000 GB, if keys may be shared",
    image: { volumes: [{ sizeGiB: 4_657 }] },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
  {
    name: "more than 5,000 GB, if keys may not be shared",
    from: { shareKeys: false },
    image: { volumes: [{ sizeGiB: 4_657 }] },
    because: "ami-1 has volumes of 5001 GB in total; EC2 stores images of at most 5000 GB",
  },
  {
    name: "the maximum size of an object, if keys may not be shared",
    from: { shareKeys: false },
    image: { volumes: [{ sizeGiB: 4_656 }] },
    chosen: "store-restore",
    because: "neither account uses a key of the other",
  },
  {
    name: "an archived snapshot",
    image: { snapshots: [{ snapshotId: "snap-1", sizeGiB: 8, archived: true }] },
    because: "snap-1 is archived",
  },
  {
    name: "another partition",
    to: { region: "cn-north-1", partition: "aws-cn" },
    because: "cn-north-1 is in the partition aws-cn",
  },
  {
    name: "an image backed by instance store",
    image: { rootDevice: "instance-store", snapshots: [] },
    because: "ami-1 has the root device type instance-store",
  },
  {
    name: "its own account and Region",
    to: { accountId: FROM.accountId, account: "builder", region: FROM.region },
    chosen: "copy-image",
    because: "one API call of AWS",
  },
];

function factsOf({ from, to, image, throughTransit }: Case): ImageRouteFacts {
  return {
    from: { ...FROM, ...from },
    to: { ...PROD, ...to },
    image: { ...IMAGE, ...image },
    ...(throughTransit === undefined ? {} : { throughTransit }),
  };
}

test.each(CASES)("$name: $chosen", (one) => {
  const choice = chooseRoute(IMAGE_ROUTES, factsOf(one));
  if (one.chosen !== undefined) {
    expect(choice).toMatchObject({ route: one.chosen });
    expect("because" in choice && choice.because).toMatch(one.because);
    return;
  }
  expect(choice).not.toHaveProperty("route");
  const refused = "refused" in choice ? choice.refused : [];
  expect(refused.map(({ because }) => because).join("\n")).toMatch(one.because);
  for (const { fix } of refused) expect(fix).not.toBe("");
});

test("a reason that closes several routes is reported once", () => {
  const archived = factsOf({
    name: "",
    because: "",
    image: { snapshots: [{ snapshotId: "snap-1", sizeGiB: 8, archived: true }] },
  });
  expect(chooseRoute(IMAGE_ROUTES, archived)).toMatchObject({ refused: [{}] });
});

test("share is open if keys may be shared, keeps Marketplace codes, and is never chosen", () => {
  const isOpen = (one: Omit<Case, "name" | "because">) =>
    judgeRoutes(IMAGE_ROUTES, factsOf({ ...one, name: "", because: "" })).find(
      ({ route }) => route === "share",
    )?.closed.length === 0;
  expect(isOpen({})).toBe(true);
  expect(isOpen({ image: { marketplaceCodes: ["3ql"] } })).toBe(true);
  expect(isOpen({ from: { shareKeys: false } })).toBe(false);
  expect(isOpen({ to: { accountId: FROM.accountId } })).toBe(false);
  expect(isOpen({ image: { virtualization: "paravirtual" } })).toBe(true);
  expect(isOpen({ image: { virtualization: "paravirtual" }, to: { region: "eu-north-1" } })).toBe(false);
  for (const one of CASES) {
    expect(chooseRoute(IMAGE_ROUTES, factsOf(one))).not.toMatchObject({ route: "share" });
  }
});

test("register-image is open if nothing is lost and keys may be shared, and is never chosen", () => {
  const closed = (one: Omit<Case, "name" | "because">) =>
    judgeRoutes(IMAGE_ROUTES, factsOf({ ...one, name: "", because: "" }))
      .find(({ route }) => route === "register-image")
      ?.closed.map(({ because }) => because);
  expect(closed({})).toEqual([]);
  expect(closed({ image: { lostByRegistering: ["has the platform Windows"] } })).toEqual([
    "ami-1 has the platform Windows",
  ]);
  expect(closed({ from: { shareKeys: false } })).toEqual([expect.stringContaining("with no other account")]);
  expect(closed({ image: { virtualization: "paravirtual" }, to: { region: "eu-north-1" } })).toHaveLength(1);
  for (const one of CASES) {
    expect(chooseRoute(IMAGE_ROUTES, factsOf(one))).not.toMatchObject({ route: "register-image" });
  }
});

test("the cost of each route names the data, the Regions and the intermediate copies", () => {
  const costs = (one: Omit<Case, "name" | "because">) =>
    Object.fromEntries(
      judgeRoutes(IMAGE_ROUTES, factsOf({ ...one, name: "", because: "" })).map((route) => [
        route.route,
        route.costs,
      ]),
    );
  expect(costs({})).toMatchObject({
    "copy-image": "3 GiB between Regions",
    "store-restore": expect.stringMatching(/^3 GiB between Regions; two S3 objects/) as unknown,
  });
  expect(costs({ to: { region: FROM.region }, throughTransit: DEFAULT_KEY })).toMatchObject({
    "copy-image": "3 GiB within the Region; a transit copy during the run",
  });
});
