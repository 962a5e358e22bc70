import { keyPolicy, renderPolicy, type RenderTarget } from "../../../policy";
import {
  EMPTY_LOCK,
  keyDeclarations,
  mergeLock,
  resolveTopology,
  runnerAccess,
  runnerPolicy,
  withRemembered,
  type Lock,
} from "../../../topology";
import { verify } from "../../../scripts/commands/verify";
import type { ImageTopology } from "../../_helpers/topologies";
import { expectNothingLeft } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const OWN = "alias/staging-data";

/** The topology with, or without, staging's own key. */
function input(own?: string): ImageTopology {
  const staging = { id: "333333333333", ...(own === undefined ? {} : { ownKeys: { home: own } }) };
  return { ...TWO_ACCOUNTS, accounts: { ...TWO_ACCOUNTS.accounts, staging } };
}

/** A stage and its lock file over several deployments; keys do not change. */
class Project {
  readonly stage: Stage;
  private lock: Lock;

  constructor(first: ImageTopology) {
    this.stage = new Stage(first, {}, "plain");
    this.lock = mergeLock(this.stage.topology, EMPTY_LOCK).lock;
    this.stage.cloud.addKey(this.staging, "alias/other-data", accountPolicy());
  }

  get staging() {
    return this.stage.place("staging", "eu-west-1");
  }

  deploy(next: ImageTopology): void {
    const declared = resolveTopology(next);
    this.lock = mergeLock(declared, this.lock).lock;
    const topology = withRemembered(declared, this.lock);
    const { cloud } = this.stage;
    const target: RenderTarget = {
      keyArn: (key) => cloud.aliases.get(`${key.account}/${key.region} ${key.alias}`) ?? "missing",
      text: (value) => value,
    };
    for (const key of keyDeclarations(topology)) {
      const account = topology.accounts.find(({ id }) => id === key.account);
      if (account === undefined || target.keyArn(key) !== "missing") continue;
      cloud.addKey({ account, region: key.region }, key.alias, renderPolicy(keyPolicy(key), target));
    }
    if (!cloud.aliases.has(`333333333333/eu-west-1 ${OWN}`)) cloud.addKey(this.staging, OWN, accountPolicy());
    for (const account of topology.accounts) {
      const document = JSON.stringify(renderPolicy(runnerPolicy(runnerAccess(topology, account)), target));
      cloud.rolePolicies.set(`${account.id} ${account.runnerRole}`, [{ name: "runner", document }]);
    }
    Object.defineProperty(this.stage, "topology", { value: topology });
  }

  async run(): Promise<void> {
    expect((await this.stage.run()).state).toBe("done");
    expectNothingLeft(this.stage);
    const { jobs } = await verify({ topology: this.stage.topology, aws: this.stage.cloud.access() });
    expect(jobs.flatMap(({ wrong }) => wrong)).toEqual([]);
  }

  /** Name and key of each copy in staging, the oldest first, and which of them is published. */
  copies() {
    const { cloud } = this.stage;
    const names = new Map(
      ["alias/keyferry/acme/home", OWN, "alias/other-data"].map((alias) => [
        this.stage.keyArn(this.staging, alias),
        alias,
      ]),
    );
    return cloud
      .registered(this.staging)
      .filter(({ view }) => view.tags["keyferry:role"] === "final")
      .map((image) => [
        image.view.name.replace(/@(?!\d+$).*/, "@KEY"),
        ...new Set(cloud.snapshotsOf(image).map(({ view }) => names.get(view.keyArn ?? ""))),
        ...(cloud.shown(this.staging, "/images/web") === image.view.id ? ["published"] : []),
      ]);
  }
}

function accountPolicy() {
  const Principal = { AWS: ["arn:aws:iam::333333333333:root"] };
  return {
    Version: "2012-10-17" as const,
    Statement: [{ Sid: "Account", Effect: "Allow" as const, Principal, Action: ["kms:*"], Resource: ["*"] }],
  };
}

test("from the foundation's key to the account's own key and back: each copy is made once, none is lost, and the current one is published", async () => {
  const project = new Project(input());
  await project.run();
  expect(project.copies()).toEqual([["web-1", "alias/keyferry/acme/home", "published"]]);

  project.deploy(input(OWN));
  await project.run();
  const there = [
    ["web-1", "alias/keyferry/acme/home"],
    ["web-1@KEY", OWN, "published"],
  ];
  expect(project.copies()).toEqual(there);
  await project.run();
  expect(project.copies()).toEqual(there);

  project.deploy(input());
  await project.run();
  expect(project.copies()).toEqual([
    ["web-1", "alias/keyferry/acme/home", "published"],
    ["web-1@KEY", OWN],
  ]);
});

test("from an initial own key to the foundation's key", async () => {
  const project = new Project(input(OWN));
  project.deploy(input(OWN));
  await project.run();
  expect(project.copies()).toEqual([["web-1", OWN, "published"]]);

  project.deploy(input());
  await project.run();
  expect(project.copies()).toEqual([
    ["web-1", OWN],
    ["web-1@1", "alias/keyferry/acme/home", "published"],
  ]);
});

test("until the role may use the account's own key, nothing is copied under another key, and the reason is reported", async () => {
  const project = new Project(input());
  await project.run();
  Object.defineProperty(project.stage, "topology", { value: resolveTopology(input("alias/nothing")) });
  await expect(project.stage.run()).rejects.toMatchObject({
    refusals: [{ what: "the key alias/nothing of account 333333333333 in eu-west-1 does not exist" }],
  });
  expect(project.copies()).toHaveLength(1);
});
