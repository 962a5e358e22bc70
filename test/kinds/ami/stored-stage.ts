import type { ImageTopology } from "../../_helpers/topologies";
import type { FakeOptions } from "../../scripts/fake-aws/fake-cloud";
import { Stage } from "../../scripts/fake-aws/stage";

/** An image is copied through S3 into another account and Region, and into another account in the source's Region. */
export const STORED: ImageTopology = {
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
        { account: "prod", regions: ["eu-central-1"], route: "store-restore" },
        { account: "staging", regions: ["eu-west-1"], route: "store-restore" },
      ],
      tags: { team: "platform" },
      publishTo: "/images/web",
    },
  },
};

/** Accounts with their foundation, and a small image: its object has four parts. */
export class StoredStage extends Stage {
  constructor(input: unknown = STORED, options: FakeOptions = {}) {
    super(input, options);
  }

  override makeImage(name: string): string {
    const keyArn = this.keyArn(this.source, "alias/aws/ebs");
    this.clock.advance(60);
    return this.cloud.addImage(this.source, name, [{ deviceName: "/dev/xvda", sizeGiB: 1, keyArn }]);
  }
}
