import type { TopologyInput } from "../../../topology";
import { addDbSnapshot } from "../../scripts/fake-aws/databases-port";
import type { FakeOptions } from "../../scripts/fake-aws/fake-cloud";
import { Stage } from "../../scripts/fake-aws/stage";

/** The newest snapshot of a database, into another account and Region, and into another account in the source's Region. */
export const ORDERS = {
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
  },
  databases: {
    orders: {
      from: {
        account: "builder",
        region: "eu-west-1",
        newest: { instance: "orders" },
        keys: ["alias/app-data"],
      },
      to: [
        { account: "prod", regions: ["eu-central-1"] },
        { account: "staging", regions: ["eu-west-1"] },
      ],
      tags: { team: "data" },
      publishTo: "/databases/orders",
    },
  },
} satisfies TopologyInput;

/** Accounts with their foundation, and a database snapshot. */
export class DatabaseStage extends Stage {
  /** ARN of its first snapshot. */
  readonly snapshotArn: string;
  private made = 0;

  /** @param under alias of the key of its first snapshot. @default "alias/app-data" */
  constructor(input: TopologyInput = ORDERS, options: FakeOptions = {}, under?: string) {
    super(input, options, "plain");
    this.snapshotArn = this.makeSnapshot(under);
  }

  /** A newer snapshot of the database. @param under alias of its key. @default "alias/app-data" */
  makeSnapshot(under = "alias/app-data"): string {
    this.clock.advance(60);
    return addDbSnapshot(this.cloud, this.source, {
      of: "instance",
      id: `orders-${(this.made += 1)}`,
      database: "orders",
      keyArn: this.keyArn(this.source, under),
      tags: { app: "orders" },
    });
  }
}
