import { resolveTopology, type Topology, type TopologyInput } from "../../topology";

/** A topology that carries images. */
export type ImageTopology = TopologyInput & Required<Pick<TopologyInput, "images">>;

/** One account builds, two receive, in two Regions. */
export const ACME: ImageTopology = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"], launch: { instanceType: "t3.micro" } },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
};

/** One account builds, one launches, in one Region: the smallest topology with stacks of every layer. */
export const PAIR: ImageTopology = {
  name: "acme",
  accounts: { builder: { id: "111111111111" }, prod: { id: "222222222222" } },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [{ account: "prod", regions: ["eu-west-1"], launch: { instanceType: "t3.micro" } }],
      publishTo: "/images/web",
    },
  },
};

/** Two accounts that both send and receive; one keeps few copies and protects them. */
export const MUTUAL: ImageTopology = {
  name: "mutual",
  accounts: { east: { id: "111111111111" }, west: { id: "222222222222" } },
  images: {
    api: {
      from: { account: "east", region: "us-east-1", newest: { name: "api-*" } },
      to: [
        {
          account: "west",
          regions: ["us-west-2", "us-east-1"],
          keep: 2,
          deregistrationProtection: "without-cooldown",
        },
      ],
    },
    worker: {
      from: { account: "west", region: "us-west-2", newest: { name: "worker-*" } },
      to: [{ account: "east", regions: ["us-east-1", "us-west-2"] }],
    },
  },
};

/** Three accounts need an image in another Region, and two accounts, one of them the source account, need it in a third Region. */
export const SHARED: ImageTopology = {
  name: "shared",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
    lab: { id: "444444444444" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-west-1", "eu-central-1", "us-east-1"] },
        { account: "staging", regions: ["eu-central-1"] },
        { account: "lab", regions: ["eu-central-1"] },
        { account: "builder", regions: ["us-east-1"] },
      ],
    },
  },
};

/** Snapshots that belong to no image: selected by volume, by tag and by ID. */
export const SNAPSHOTS = {
  name: "data",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333", externalId: "carry-data" },
  },
  snapshots: {
    ledger: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { volumeId: "vol-0123456789abcdef0" },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1", "eu-west-1"], keep: 3 },
        { account: "staging", regions: ["eu-central-1"], keep: 1 },
      ],
      sharedTransfers: "always",
      tags: { team: "data" },
      publishTo: "/snapshots/ledger",
    },
    search: {
      from: { account: "prod", region: "us-east-1", newest: { tags: { app: "search" } } },
      to: [{ account: "prod", regions: ["us-east-1", "eu-west-1"] }],
    },
    golden: {
      from: { account: "builder", region: "eu-west-1", snapshotId: "snap-0123456789abcdef0" },
      to: [{ account: "staging", regions: ["eu-west-1"] }],
    },
  },
} as const satisfies TopologyInput;

export function snapshots(): Topology {
  return resolveTopology(SNAPSHOTS);
}

/** The same, and an image of the same accounts and Regions. */
export function snapshotsAndImages(): Topology {
  const web = {
    from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
    to: [{ account: "prod", regions: ["eu-west-1"] }],
  };
  return resolveTopology({ ...SNAPSHOTS, images: { web } });
}

/** Database snapshots: of an instance and of a cluster, to other accounts and Regions, and within an account. */
export const DATABASES = {
  name: "books",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333", externalId: "carry-books" },
  },
  databases: {
    orders: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { instance: "orders", automated: true },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1", "eu-west-1"], keep: 3 },
        { account: "staging", regions: ["eu-central-1"], keep: 1 },
      ],
      sharedTransfers: "always",
      tags: { team: "data" },
      publishTo: "/databases/orders",
    },
    library: {
      from: { account: "prod", region: "us-east-1", newest: { cluster: "library" } },
      to: [{ account: "prod", regions: ["us-east-1", "eu-west-1"] }],
    },
    golden: {
      from: { account: "builder", region: "eu-west-1", clusterSnapshot: "golden-1" },
      to: [{ account: "staging", regions: ["eu-west-1"] }],
    },
  },
} as const satisfies TopologyInput;

export function databases(): Topology {
  return resolveTopology(DATABASES);
}

/** The same, and an image of the same accounts and Regions. */
export function databasesAndImages(): Topology {
  const web = {
    from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
    to: [{ account: "prod", regions: ["eu-west-1"] }],
  };
  return resolveTopology({ ...DATABASES, images: { web } });
}

/** Prod launches from an image that the builder shares in its own Region; staging from one in another Region. */
export const SHARING = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" } },
      to: [
        {
          account: "prod",
          regions: ["eu-west-1"],
          route: "share",
          launch: { instanceType: "t3.micro", volumes: { "/dev/xvda": {} } },
        },
        { account: "staging", regions: ["eu-west-1", "eu-central-1"], route: "share", keep: 2 },
      ],
      publishTo: "/images/web",
    },
  },
} satisfies TopologyInput;

export function sharing(): Topology {
  return resolveTopology(SHARING);
}

/** An image is copied through S3 to two accounts, one of them in another Region. */
export const STORED = {
  name: "stored",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"], route: "store-restore" },
        { account: "staging", regions: ["eu-west-1"], route: "store-restore", keep: 2 },
      ],
      publishTo: "/images/web",
    },
  },
} satisfies TopologyInput;

export function stored(): Topology {
  return resolveTopology(STORED);
}

/** The snapshots of one image are copied one by one, to two accounts and within its own account; another image is copied as a whole. */
export const REGISTERED = {
  name: "registered",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app-data"] },
      to: [
        { account: "prod", regions: ["eu-central-1"], route: "register-image" },
        { account: "staging", regions: ["eu-west-1"], route: "register-image", keep: 2 },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
} satisfies TopologyInput;

export function registered(): Topology {
  return resolveTopology(REGISTERED);
}

/** The same with one volume under another key of each destination. */
export const WITH_VOLUME_KEYS = {
  ...REGISTERED,
  keys: {
    "app-data": { account: "prod", regions: ["eu-central-1"] },
    "staging-data": { account: "staging", regions: ["eu-west-1"] },
  },
  images: {
    web: {
      ...REGISTERED.images.web,
      to: [
        {
          account: "prod",
          regions: ["eu-central-1"],
          route: "register-image",
          volumeKeys: { "/dev/sdf": "app-data" },
        },
        {
          account: "staging",
          regions: ["eu-west-1"],
          route: "register-image",
          keep: 2,
          volumeKeys: { "/dev/sdf": "staging-data" },
        },
      ],
    },
  },
} satisfies TopologyInput;

/** The same within the source account, which shares nothing. */
export function registeredAtHome(): Topology {
  const to = [{ account: "builder", regions: ["eu-central-1"], route: "register-image" as const }];
  return resolveTopology({ ...REGISTERED, images: { web: { ...REGISTERED.images.web, to } } });
}

/** Only buckets: to two accounts and two Regions, in both directions, and with an existing bucket on either side. */
export const BUCKETS = {
  name: "files",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  buckets: {
    documents: {
      from: { account: "builder", region: "us-east-2", bucket: "acme-documents" },
      to: [
        { account: "prod", regions: ["eu-central-1", "us-east-2"], replicationTime: true },
        { account: "staging", regions: ["eu-central-1"], bucket: "acme-copies", storageClass: "STANDARD_IA" },
      ],
      deleteMarkers: true,
      replicaModifications: true,
      tags: { team: "documents" },
    },
    back: {
      from: { account: "prod", region: "eu-central-1", bucket: "acme-documents-222222222222-eu-central-1" },
      to: [{ account: "builder", regions: ["us-east-2"], bucket: "acme-documents" }],
      filter: { prefix: "reports/", tags: { approved: "yes" } },
      replicaModifications: true,
      existingObjects: "leave",
    },
    archive: {
      from: {
        account: "builder",
        region: "us-east-2",
        bucket: "acme-logs",
        existing: true,
        key: "alias/logs",
        otherKeys: ["alias/older-logs"],
      },
      to: [
        {
          account: "staging",
          regions: ["eu-central-1"],
          bucket: "acme-audit",
          existing: true,
          key: "alias/audit",
        },
        { account: "builder", regions: ["eu-central-1"] },
      ],
      existingObjects: "re-encrypt",
    },
  },
} as const satisfies TopologyInput;

export function buckets(): Topology {
  return resolveTopology(BUCKETS);
}

export function acme(): Topology {
  return resolveTopology(ACME);
}

export function pair(): Topology {
  return resolveTopology(PAIR);
}

export function mutual(): Topology {
  return resolveTopology(MUTUAL);
}

export function shared(): Topology {
  return resolveTopology(SHARED);
}

/** The Auto Scaling group follows the newest image. */
export function following(): Topology {
  const web = ACME.images["web"] as NonNullable<TopologyInput["images"]>[string];
  const to = [
    {
      account: "prod",
      regions: ["eu-central-1"],
      launch: { instanceType: "t3.micro", minSize: 3, refresh: { minHealthyPercentage: 50 } },
    },
  ];
  return resolveTopology({ ...ACME, name: "following", images: { web: { ...web, to } } });
}

/** The account with the Auto Scaling group has the foundation's keys as its EBS default keys. */
export function launchingUnderEbsDefaults(): Topology {
  const accounts = { ...ACME.accounts, prod: { id: "222222222222", ebsDefaults: true } };
  return resolveTopology({ ...ACME, name: "launching", accounts });
}

/** One of two accounts that both send and receive has the foundation's keys as its EBS default keys. */
export function withEbsDefaults(): Topology {
  return resolveTopology({
    ...MUTUAL,
    name: "defaults",
    accounts: { ...MUTUAL.accounts, east: { id: "111111111111", ebsDefaults: true } },
  });
}
