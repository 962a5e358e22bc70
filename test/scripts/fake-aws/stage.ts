import type { ImageTopology } from "../../_helpers/topologies";
import { isKeyArn, keyPolicy, renderPolicy, type RenderTarget } from "../../../policy";
import {
  askedKeys,
  copyJobs,
  imageBuckets,
  keyDeclarations,
  namedKeyDeclarations,
  resolveTopology,
  runnerAccess,
  type Place,
  type Selection,
  type Topology,
  runnerPolicy,
} from "../../../topology";
import type { AwsAccess } from "../../../scripts/aws";
import type { Clock } from "../../../scripts/engine/clock";
import type { RunEvent } from "../../../scripts/engine/events";
import type { JournalRecord } from "../../../scripts/engine/journal";
import { AWS_SETTINGS, type Settings } from "../../../scripts/engine/settings";
import type { Plan } from "../../../scripts/engine/results";
import { plan } from "../../../scripts/commands/plan";
import { run, type RunResult } from "../../../scripts/commands/run";
import { expectAsPlanned } from "../../_helpers/planned-and-done";
import { Bomb } from "./bomb";
import { FakeDeployer, FakeLockFile } from "./deployer";
import { FakeClock } from "./fake-clock";
import { FakeCloud, type FakeOptions } from "./fake-cloud";

/** Two destinations in two accounts and two Regions, one of which launches; both published. */
export const TWO_ACCOUNTS: ImageTopology = {
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

export interface RunOptions {
  readonly past?: readonly JournalRecord[];
  readonly bomb?: Bomb;
  readonly settings?: Partial<Settings>;
  readonly signal?: AbortSignal;
  readonly repin?: boolean;
  readonly publish?: readonly string[];
  readonly only?: Selection;
  readonly waitSeconds?: number;
  readonly isAlive?: (pid: number) => boolean;
  readonly listener?: (event: RunEvent) => void;
  /** A layer between the process and the cloud. @default - none */
  readonly around?: (aws: AwsAccess) => AwsAccess;
  /** The clock of the process's machine. @default - the cloud's clock */
  readonly clock?: Clock;
}

/** The accounts of a topology with its foundation deployed, and an image whose volumes are under three kinds of key. */
export class Stage {
  readonly clock = new FakeClock();
  readonly cloud: FakeCloud;
  readonly topology: Topology;
  /** The source image. */
  readonly imageId: string;
  readonly deployer: FakeDeployer;
  readonly lockFile: FakeLockFile;
  readonly events: RunEvent[] = [];
  /** The journal records of all runs of the stage. */
  readonly journal: JournalRecord[] = [];
  private runs = 0;

  constructor(
    input: unknown = TWO_ACCOUNTS,
    options: FakeOptions = {},
    volumes: "mixed" | "plain" | "transit" = "mixed",
  ) {
    this.topology = resolveTopology(input);
    this.cloud = new FakeCloud(this.clock, options);
    this.deployer = new FakeDeployer(this.cloud);
    this.lockFile = new FakeLockFile(this.topology);
    this.deployFoundation();
    this.imageId = this.makeImage("web-1", volumes);
  }

  get source(): Place {
    const rule = this.topology.rules[0];
    if (rule === undefined) throw new TypeError("no rule");
    return rule.from;
  }

  /** The keys of the topology, or of a later version of it, for a command. */
  foundation(topology = this.topology, bomb = new Bomb()) {
    return this.lockFile.open(topology, this.deployer.access(bomb), bomb);
  }

  place(account: string, region: string): Place {
    const found = this.topology.accounts.find((candidate) => candidate.name === account);
    if (found === undefined) throw new TypeError(`no account ${account}`);
    return { account: found, region };
  }

  keyArn(place: Place, alias: string): string {
    return this.cloud.aliases.get(`${place.account.id}/${place.region} ${alias}`) ?? "";
  }

  makeImage(name: string, volumes: "mixed" | "plain" | "transit"): string {
    const dataKey = this.keyArn(this.source, "alias/app-data");
    const transit = this.keyArn(this.source, `alias/keyferry/${this.topology.name}/transit`);
    const managed = this.keyArn(this.source, "alias/aws/ebs");
    const disks = {
      mixed: [
        { deviceName: "/dev/xvda", sizeGiB: 8, keyArn: managed },
        { deviceName: "/dev/sdf", sizeGiB: 20, keyArn: dataKey },
        { deviceName: "/dev/sdg", sizeGiB: 4 },
      ],
      plain: [{ deviceName: "/dev/xvda", sizeGiB: 8 }],
      transit: [{ deviceName: "/dev/xvda", sizeGiB: 8, keyArn: transit }],
    };
    this.clock.advance(60);
    return this.cloud.addImage(this.source, name, disks[volumes]);
  }

  /** One run, as a separate process. */
  async run(options: RunOptions = {}): Promise<RunResult> {
    const number = (this.runs += 1);
    const bomb = options.bomb ?? new Bomb();
    const settings = { ...AWS_SETTINGS, ...options.settings };
    const clock = options.clock ?? this.clock;
    const isAlive = options.isAlive ?? (() => false);
    const aws = this.cloud.access(bomb);
    const planned = await this.planned(options);
    const before = this.events.length;
    const result = await run({
      topology: this.topology,
      aws: options.around?.(aws) ?? aws,
      clock,
      settings,
      journal: {
        past: options.past ?? [],
        append: (record) => {
          bomb.tick();
          this.journal.push(structuredClone(record));
          bomb.tick();
        },
      },
      keeper: {
        me: { host: "laptop", pid: 100 + number, run: `run-${number}` },
        clock,
        settings,
        isAlive,
      },
      listener: (event) => {
        this.events.push(event);
        options.listener?.(event);
      },
      signal: options.signal ?? new AbortController().signal,
      repin: options.repin ?? false,
      publish: options.publish ?? [],
      ...(options.only === undefined ? {} : { only: options.only }),
      ...(options.waitSeconds === undefined ? {} : { waitSeconds: options.waitSeconds }),
    });
    if (planned !== undefined) expectAsPlanned(planned, this.events.slice(before), result.state === "done");
    return result;
  }

  /** The plan of a run without interference other than the cloud's; planning leaves no trace. */
  private async planned({ bomb, around, only, repin, publish, past }: RunOptions): Promise<Plan | undefined> {
    if (bomb !== undefined || around !== undefined) return undefined;
    const { topology, cloud, clock } = this;
    const calls = cloud.calls.length;
    try {
      const planned = await plan(
        { topology, aws: cloud.access(), clock, ...(only === undefined ? {} : { only }) },
        past ?? [],
        { repin: repin ?? false, publish: publish ?? [] },
      );
      return planned.refusals.length === 0 ? planned : undefined;
    } finally {
      cloud.calls.length = calls;
    }
  }

  private deployFoundation(): void {
    const { topology, cloud } = this;
    for (const place of uniquePlaces(topology)) {
      cloud.addKey(place, "alias/aws/ebs", { Version: "2012-10-17", Statement: [] }, "AWS");
    }
    for (const rule of topology.rules) {
      const aliases = rule.from.keys.filter((name) => !isKeyArn(name));
      for (const alias of aliases) cloud.addKey(rule.from, alias, accountPolicy(rule.from.account.id));
    }
    const target: RenderTarget = {
      keyArn: ({ account, region, alias }) =>
        isKeyArn(alias) ? alias : (cloud.aliases.get(`${account}/${region} ${alias}`) ?? "missing"),
      text: (value) => value,
    };
    for (const key of [...keyDeclarations(topology), ...namedKeyDeclarations(topology)]) {
      const account = topology.accounts.find((candidate) => candidate.id === key.account);
      if (account !== undefined) {
        cloud.addKey({ account, region: key.region }, key.alias, renderPolicy(keyPolicy(key), target));
      }
    }
    for (const { key, statements } of askedKeys(topology)) {
      const account = topology.accounts.find(({ id }) => id === key.account);
      if (account === undefined) continue;
      const policy = accountPolicy(account.id);
      const { Statement } = renderPolicy(statements, target);
      const alias = `${account.id}/${key.region} ${key.alias}`;
      const standing = cloud.keys.get(cloud.aliases.get(alias) ?? "");
      if (standing === undefined)
        cloud.addKey({ account, region: key.region }, key.alias, {
          ...policy,
          Statement: [...policy.Statement, ...Statement],
        });
    }
    for (const { bucket, account } of imageBuckets(topology)) cloud.buckets.set(bucket, account.id);
    for (const account of topology.accounts) {
      const document = renderPolicy(runnerPolicy(runnerAccess(topology, account)), target);
      cloud.rolePolicies.set(`${account.id} ${account.runnerRole}`, [
        { name: "runner", document: JSON.stringify(document) },
      ]);
    }
  }
}

function uniquePlaces(topology: Topology): readonly Place[] {
  const places = copyJobs(topology).flatMap((job): Place[] => [job.to, job.rule.from]);
  return [...new Map(places.map((place) => [`${place.account.id}/${place.region}`, place])).values()];
}

function accountPolicy(account: string) {
  return {
    Version: "2012-10-17" as const,
    Statement: [
      {
        Sid: "Account",
        Effect: "Allow" as const,
        Principal: { AWS: [`arn:aws:iam::${account}:root`] },
        Action: ["kms:*"],
        Resource: ["*"],
      },
    ],
  };
}
