import type { Place, Rule, TopologyInput } from "../../../topology";
import { addDbSnapshot } from "../fake-aws/databases-port";
import type { FakeOptions } from "../fake-aws/fake-cloud";
import { Stage } from "../fake-aws/stage";

const VOLUME = "vol-0123456789abcdef0";
const KEYS = ["alias/app-data"];

/** Every kind and every route, between three accounts in three Regions each; every account is a source and a destination. */
export const ALL_ROUTES = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  images: {
    web: {
      from: { account: "builder", region: "eu-west-1", newest: { name: "web-*" }, keys: KEYS },
      to: [
        { account: "prod", regions: ["eu-central-1", "us-east-1"] },
        { account: "staging", regions: ["eu-west-1", "us-east-1"], route: "store-restore" },
        { account: "prod", regions: ["eu-west-1"], route: "share" },
        { account: "staging", regions: ["eu-central-1"], route: "share" },
      ],
      publishTo: "/images/web",
    },
    api: {
      from: { account: "prod", region: "us-east-1", newest: { name: "api-*" }, keys: KEYS },
      to: [
        { account: "builder", regions: ["us-east-1"], route: "store-restore" },
        { account: "prod", regions: ["eu-west-1"], route: "store-restore" },
        { account: "staging", regions: ["us-east-1"] },
        { account: "staging", regions: ["eu-central-1"], route: "register-image" },
        { account: "builder", regions: ["eu-west-1"], route: "register-image" },
      ],
      publishTo: "/images/api",
    },
  },
  snapshots: {
    ledger: {
      from: { account: "staging", region: "eu-central-1", newest: { volumeId: VOLUME }, keys: KEYS },
      to: [
        { account: "builder", regions: ["eu-central-1"] },
        { account: "prod", regions: ["eu-west-1", "eu-central-1"] },
      ],
      sharedTransfers: "always",
      publishTo: "/snapshots/ledger",
    },
  },
  databases: {
    orders: {
      from: { account: "builder", region: "eu-west-1", newest: { instance: "orders" }, keys: KEYS },
      to: [
        { account: "prod", regions: ["eu-central-1"] },
        { account: "staging", regions: ["us-east-1"] },
      ],
      publishTo: "/databases/orders",
    },
    library: {
      from: {
        account: "prod",
        region: "us-east-1",
        newest: { cluster: "library", automated: true },
        keys: KEYS,
      },
      to: [{ account: "builder", regions: ["us-east-1", "eu-west-1"] }],
    },
  },
} satisfies TopologyInput;

/** Three accounts with their foundation, and a source for each rule. */
export class RoutesStage extends Stage {
  /** Rule -> id of its source. */
  readonly sources: Readonly<Record<string, string>>;

  constructor(options: FakeOptions = {}) {
    super(ALL_ROUTES, options);
    const made = this.topology.rules.map((rule) => [rule.name, this.makeSource(rule)] as const);
    this.sources = { ...Object.fromEntries(made), web: this.imageId };
  }

  /** An image of one volume, whose object has four parts. */
  override makeImage(name: string): string {
    return this.addImage(this.source, name, "alias/aws/ebs");
  }

  private addImage(place: Place, name: string, under: string): string {
    const keyArn = this.keyArn(place, under);
    return this.cloud.addImage(place, name, [{ deviceName: "/dev/xvda", sizeGiB: 1, keyArn }]);
  }

  private makeSource({ name, kind, from }: Rule): string {
    const keyArn = this.keyArn(from, "alias/app-data");
    if (kind === "ami")
      return name === "web" ? this.imageId : this.addImage(from, `${name}-1`, "alias/app-data");
    if (kind === "ebs-snapshot")
      return this.cloud.addSnapshot(from, { volumeId: VOLUME, sizeGiB: 8, keyArn, tags: { app: name } });
    const isCluster = name === "library";
    return addDbSnapshot(this.cloud, from, {
      of: isCluster ? "cluster" : "instance",
      id: isCluster ? `rds:${name}-1` : `${name}-1`,
      type: isCluster ? "automated" : "manual",
      engine: isCluster ? "aurora-postgresql" : "postgres",
      database: name,
      keyArn,
    });
  }
}
