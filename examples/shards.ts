import { defineTopology } from "../topology";

/** An image that a team builds in its own account, for two accounts in two Regions. */
const imageOf = (team: string, name: string) => ({
  from: { account: team, region: "eu-west-1", newest: { name: `${name}-*` } },
  to: ["prod", "staging"].map((account) => ({ account, regions: ["eu-central-1", "us-east-1"] })),
  publishTo: `/images/${name}`,
});

export default defineTopology({
  name: "acme",
  accounts: {
    pipeline: { id: "777777777777" },
    shop: { id: "111111111111" },
    search: { id: "222222222222" },
    billing: { id: "333333333333" },
    reports: { id: "444444444444" },
    prod: { id: "555555555555" },
    staging: { id: "666666666666" },
  },
  images: {
    "shop-web": imageOf("shop", "shop-web"),
    "shop-worker": imageOf("shop", "shop-worker"),
    "search-api": imageOf("search", "search-api"),
    "search-index": imageOf("search", "search-index"),
    "billing-web": imageOf("billing", "billing-web"),
    "billing-worker": imageOf("billing", "billing-worker"),
    "reports-load": imageOf("reports", "reports-load"),
    "reports-page": imageOf("reports", "reports-page"),
  },
});
