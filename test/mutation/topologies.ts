import { resolveTopology, type Topology } from "../../topology";
import {
  ACME,
  BUCKETS,
  buckets,
  databases,
  mutual,
  REGISTERED,
  shared,
  sharing,
  snapshots,
  STORED,
  withEbsDefaults,
} from "../_helpers/topologies";

/** Together they use every row of the permission table, with several values wherever a row takes several. */
export function mutationTopologies(): readonly Topology[] {
  return [
    withExternalId(),
    mutual(),
    inside(),
    shared(),
    withEbsDefaults(),
    snapshots(),
    databases(),
    buckets(),
    lockedBuckets(),
    sharing(),
    throughS3(),
    inParts(),
    underOwnKeys("images"),
    underOwnKeys("snapshots"),
    underOwnKeys("databases"),
  ];
}

/** Images registered from copied snapshots: into other accounts, from two Regions, and within an account that shares nothing; some volumes have their own keys. */
function inParts(): Topology {
  const { web } = REGISTERED.images;
  const route = "register-image" as const;
  const keys = {
    data: { account: "prod", regions: ["eu-central-1", "us-east-1"] },
    logs: { account: "prod", regions: ["eu-central-1", "us-east-1"] },
    "staging-data": { account: "staging", regions: ["eu-west-1", "us-east-1"] },
  };
  const to = [
    {
      account: "prod",
      regions: ["eu-central-1", "us-east-1"],
      route,
      volumeKeys: { "/dev/sdf": "data", "/dev/sdg": "logs" },
    },
    {
      account: "staging",
      regions: ["eu-west-1", "us-east-1"],
      route,
      volumeKeys: { "/dev/sdf": "staging-data" },
    },
  ];
  const own = {
    from: { account: "prod", region: "eu-west-3", newest: { name: "api-*" } },
    to: [{ account: "prod", regions: ["eu-north-1", "eu-west-2"], route }],
  };
  const more = {
    from: { account: "prod", region: "ca-central-1", newest: { name: "job-*" } },
    to: [{ account: "prod", regions: ["eu-north-1"], route }],
  };
  return resolveTopology({ ...REGISTERED, keys, images: { web: { ...web, to }, own, more } });
}

/** A key of an account that is otherwise not in the topology. */
const OTHERS_KEY = "arn:aws:kms:eu-west-1:999999999999:key/mrk-1234abcd12ab34cd56ef1234567890ab";

/**
 * Transit and final copies under existing keys, in addition to keys that the foundation creates; source images are also under a key of another
 * account, and copies are launched.
 * @param section of the topology
 */
function underOwnKeys(section: "images" | "snapshots" | "databases"): Topology {
  const accounts = {
    builder: { id: "111111111111", ownKeys: { transit: "alias/shared-with-all" } },
    prod: { id: "222222222222", ownKeys: { home: "alias/prod-data" } },
    staging: {
      id: "333333333333",
      ownKeys: {
        home: { "eu-west-1": "arn:aws:kms:eu-west-1:333333333333:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
      },
    },
  };
  const newest = {
    images: { name: "web-*" },
    snapshots: { tags: { backup: "daily" } },
    databases: { instance: "orders" },
  };
  const [keys, launch] =
    section === "images" ? [{ keys: [OTHERS_KEY] }, { launch: { instanceType: "t3.micro" } }] : [{}, {}];
  const rule = {
    from: { account: "builder", region: "eu-west-1", newest: newest[section], ...keys },
    to: [
      { account: "prod", regions: ["eu-central-1", "us-east-1"], ...launch },
      { account: "staging", regions: ["eu-central-1", "eu-west-1"] },
    ],
  };
  return resolveTopology({
    name: "own",
    accounts,
    [section]: { carried: { ...rule, publishTo: `/${section}/carried` } },
  });
}

/** Two rules through S3 to one bucket, one of them within its own account. */
function throughS3(): Topology {
  const { web } = STORED.images;
  const to = [
    { account: "prod", regions: ["eu-central-1"], route: "store-restore" as const },
    { account: "builder", regions: ["eu-central-1"], route: "store-restore" as const },
  ];
  const from = { account: "builder", region: "eu-west-1", newest: { name: "api-*" } };
  return resolveTopology({ ...STORED, images: { web, api: { from, to } } });
}

function withExternalId(): Topology {
  return resolveTopology({
    ...ACME,
    accounts: { ...ACME.accounts, prod: { id: "222222222222", externalId: "carry-acme" } },
  });
}

/** Buckets with S3 Object Lock, and jobs that report failures. */
function lockedBuckets(): Topology {
  const { archive, back, documents } = BUCKETS.buckets;
  return resolveTopology({
    ...BUCKETS,
    name: "locked",
    buckets: {
      documents: { ...documents, objectLock: true },
      back: { ...back, objectLock: true },
      archive: { ...archive, from: { ...archive.from, reports: "acme-job-reports" } },
    },
  });
}

/** Copies that never leave their account, from under two keys. */
function inside(): Topology {
  return resolveTopology({
    name: "inside",
    accounts: { only: { id: "444444444444" }, operator: { id: "555555555555" } },
    operator: "operator",
    images: {
      base: {
        from: {
          account: "only",
          region: "eu-north-1",
          newest: { name: "base-*" },
          keys: ["alias/one", "alias/two"],
        },
        to: [
          {
            account: "only",
            regions: ["eu-north-1", "eu-west-3"],
            launch: { instanceType: "t3.micro", refresh: {} },
          },
        ],
        publishTo: "/images/base",
      },
    },
  });
}
