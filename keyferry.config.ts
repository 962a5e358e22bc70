import { defineTopology } from "./topology";

/**
 * The topology of `npm run demo`. Replace it with your own.
 * - One image: one account launches its own copy of it, another one launches from a share, and a copy goes to another Region through S3.
 * - One snapshot of a database and one bucket: copied to another account, under their own keys.
 */
export default defineTopology({
  name: "demo",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { name: "web-*" },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1"], launch: { instanceType: "t3.micro" } },
        {
          account: "staging",
          regions: ["eu-west-1"],
          route: "share",
          launch: {
            instanceType: "t3.micro",
            volumes: { "/dev/xvda": {}, "/dev/sdf": {}, "/dev/sdg": {} },
          },
        },
        { account: "staging", regions: ["eu-central-1"], route: "store-restore" },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
  databases: {
    orders: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { instance: "orders" },
        keys: ["alias/app-data"],
      },
      to: [{ account: "prod", regions: ["eu-central-1"] }],
      publishTo: "/databases/orders",
    },
  },
  buckets: {
    documents: {
      from: {
        account: "builder",
        region: "eu-west-1",
        bucket: "demo-documents",
        existing: true,
        key: "alias/documents",
      },
      to: [{ account: "prod", regions: ["eu-central-1"] }],
      existingObjects: "re-encrypt",
    },
  },
});
