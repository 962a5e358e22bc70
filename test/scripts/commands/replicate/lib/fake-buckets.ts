import {
  bucketPolicy,
  renderPolicy,
  replicaKeyPolicy,
  replicationPolicy,
  replicationTrust,
  type RenderTarget,
} from "../../../../../policy";
import { AwsCallError } from "../../../../../scripts/aws";
import type {
  BucketAccess,
  DefaultEncryption,
  ListedVersion,
  ObjectLook,
  ReplicationJob,
  ReplicationJobRequest,
  ReplicationRuleView,
} from "../../../../../scripts/aws";
import { compareKeys } from "../../../../../core/object-keys";
import { resolveTopology, type BucketRule, type Place, type Topology } from "../../../../../topology";

export const SRC = "111111111111";
export const DST = "222222222222";

/** One bucket into another account and Region. */
export const TOPOLOGY: Topology = resolveTopology({
  name: "acme",
  accounts: { builder: { id: SRC }, prod: { id: DST } },
  buckets: {
    documents: {
      from: { account: "builder", region: "us-east-2", bucket: "acme-documents" },
      to: [{ account: "prod", regions: ["eu-central-1"], bucket: "acme-replicas" }],
      deleteMarkers: true,
    },
  },
});

/** An object of a fake bucket. */
export interface FakeObject extends Partial<ObjectLook> {
  readonly version: string;
  readonly size?: number;
  readonly etag?: string;
  readonly owner?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

const PAGE = 2;

/** Buckets with their policies, keys and roles as the foundation creates them, and objects that a test puts. */
export class FakeBuckets {
  /** By bucket and key. */
  readonly objects = new Map<string, FakeObject>();
  readonly jobs: ReplicationJob[] = [];
  readonly requests: ReplicationJobRequest[] = [];
  /** Calls that were made, by name. */
  readonly calls = new Map<string, number>();
  /** JSON documents by owner: a test changes them. */
  readonly documents: Record<string, { Statement: { Sid?: string; Action: string | string[] }[] }>;
  rule: ReplicationRuleView;
  /** Objects whose content was read, by bucket and key. */
  readonly texts = new Map<string, string>();
  /** The default encryption of the source. */
  sourceDefault: DefaultEncryption;
  /** The default encryption of the destination. */
  destinationDefault: DefaultEncryption = { algorithm: "aws:kms", bucketKey: true };
  /** Names of the buckets that have Object Lock. */
  readonly withObjectLock = new Set<string>();
  keyStates: Record<string, string> = {};
  /** The state of a job when it is read. */
  progress: (job: ReplicationJob) => ReplicationJob = (job) => ({ ...job, status: "Complete" });

  constructor(readonly topology: Topology = TOPOLOGY) {
    const [rule] = topology.buckets as [BucketRule];
    const [to] = rule.to;
    if (to === undefined) throw new TypeError("a rule without a destination");
    const { partition } = topology;
    this.sourceDefault = {
      algorithm: "aws:kms",
      key: keyArnOf(rule.from.key.alias, SRC),
      bucketKey: true,
    };
    const sourceArn = `arn:aws:s3:::${rule.from.bucket}`;
    const targetArn = `arn:aws:s3:::${to.bucket}`;
    const target: RenderTarget = {
      keyArn: ({ alias, account }) => keyArnOf(alias, account),
      text: (text) => text,
    };
    const render = (...input: Parameters<typeof renderPolicy>) =>
      JSON.parse(JSON.stringify(renderPolicy(...input))) as FakeBuckets["documents"][string];
    const access = {
      source: {
        ...{ account: SRC, region: rule.from.region, bucketArn: sourceArn },
        keyArns: [keyArnOf(rule.from.key.alias, SRC)],
      },
      destinations: [
        {
          ...{ region: to.region, bucketArn: targetArn, deleteMarkers: true, ownerOverride: true },
          keyArns: [keyArnOf(to.key.alias, DST)],
        },
      ],
      trustedForSourceOnly: false,
    };
    const bucketDocument = (bucketArn: string, keyArn: string, replicated: boolean) =>
      render(
        bucketPolicy({
          ...{ partition, bucketArn, keyArn, retained: true },
          replicators: replicated ? [{ account: SRC, roleName: rule.role, deleteMarkers: true }] : [],
        }),
        target,
      );
    const owner = (account: string) => ({
      Sid: "Owner",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    });
    const writers = [{ account: SRC, roleName: rule.role, bucketArn: targetArn }];
    const replicas = render(replicaKeyPolicy({ partition, region: to.region, writers }), target);
    this.documents = {
      role: render(replicationPolicy(access), target),
      trust: render(replicationTrust(access), target),
      [rule.from.bucket]: bucketDocument(sourceArn, keyArnOf(rule.from.key.alias, SRC), false),
      [to.bucket]: bucketDocument(targetArn, keyArnOf(to.key.alias, DST), true),
      [keyArnOf(rule.from.key.alias, SRC)]: { Statement: [owner(SRC)] },
      [keyArnOf(to.key.alias, DST)]: { ...replicas, Statement: [owner(DST), ...replicas.Statement] },
    };
    this.rule = {
      id: to.ruleId,
      enabled: true,
      priority: 1,
      prefix: "",
      tags: {},
      destinationArn: targetArn,
      replicaKey: keyArnOf(to.key.alias, DST),
      ownerOverride: true,
      kmsObjects: true,
      deleteMarkers: true,
    };
  }

  /** Puts an object under the source's key, with or without its replica. */
  put(key: string, replica: FakeObject | "replicated" | "missing", object: Partial<FakeObject> = {}): void {
    const [rule] = this.topology.buckets as [BucketRule];
    const to = rule.to[0];
    const version = `v-${key}`;
    const source = {
      ...{ version, size: 7, etag: '"e"', owner: "source-owner", encryption: "aws:kms", bucketKey: true },
      keyArn: keyArnOf(rule.from.key.alias, SRC),
      ...(replica === "replicated" ? { replicationStatus: "COMPLETED" } : {}),
      ...object,
    };
    this.objects.set(`${rule.from.bucket}/${key}`, source);
    if (replica === "missing" || to === undefined) return;
    this.objects.set(`${to.bucket}/${key}`, {
      ...source,
      ...{ owner: "target-owner", replicationStatus: "REPLICA", keyArn: keyArnOf(to.key.alias, DST) },
      ...(replica === "replicated" ? {} : replica),
    });
  }

  access(): BucketAccess {
    const count = (name: string) => this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
    const text = (name: string) => JSON.stringify({ Version: "2012-10-17", ...this.documents[name] });
    const [rule] = this.topology.buckets as [BucketRule];
    return {
      buckets: () => ({
        replication: async () => ({
          roleArn: `arn:aws:iam::${SRC}:role/${rule.role}`,
          rules: [this.rule],
        }),
        policy: async (bucket) => text(bucket),
        isVersioned: async () => true,
        hasObjectLock: async (bucket) => this.withObjectLock.has(bucket),
        defaultEncryption: async (bucket) =>
          bucket === rule.from.bucket ? this.sourceDefault : this.destinationDefault,
        ownerOf: async (bucket) => (bucket === rule.from.bucket ? "source-owner" : "target-owner"),
        versions: (bucket, prefix, after) => this.versions(bucket, prefix, after, () => count("list")),
        look: async (bucket, key, version) => {
          count("head");
          const found = this.objects.get(`${bucket}/${key}`);
          if (found?.version !== version) return undefined;
          const { bucketKey = false, tags = {}, customerKey = false } = found;
          if (customerKey) return { customerKey, bucketKey: false, tagCount: Object.keys(tags).length };
          return { ...found, bucketKey, tagCount: Object.keys(tags).length };
        },
        lines: (bucket, key) => this.lines(`${bucket}/${key}`),
        tags: async (bucket, key) => {
          count("tags");
          return this.objects.get(`${bucket}/${key}`)?.tags ?? {};
        },
      }),
      keys: ({ account }: Place) => ({
        describeKey: async (alias) => {
          const arn = keyArnOf(alias, account.id);
          return { arn, state: this.keyStates[arn] ?? "Enabled", spec: "SYMMETRIC_DEFAULT" };
        },
        keyPolicy: async (arn) => text(arn),
      }),
      roles: () => ({
        role: async () => ({
          trust: text("trust"),
          policies: [{ name: "replication", document: text("role") }],
          attached: [],
          hasBoundary: false,
        }),
      }),
      jobs: () => ({
        create: async (request) => {
          const same = this.requests.findIndex(({ token }) => token === request.token);
          if (same !== -1) return this.jobs[same]?.id ?? "";
          this.requests.push(request);
          const id = `job-${this.jobs.length + 1}`;
          const { description } = request;
          this.jobs.push({ id, description, status: "New", total: 0, succeeded: 0, failed: 0, failures: [] });
          return id;
        },
        describe: async (id) => {
          const index = this.jobs.findIndex((job) => job.id === id);
          const job = this.progress(this.jobs[index] as ReplicationJob);
          this.jobs[index] = job;
          return job;
        },
        list: async () => [...this.jobs].reverse(),
      }),
    };
  }

  private async *lines(place: string): AsyncIterable<string> {
    const text = this.texts.get(place);
    if (text === undefined) {
      const site = { operation: `GetObject ${place}`, account: SRC, region: "us-east-2" };
      throw new AwsCallError(site, { code: "NoSuchKey", message: "it is not there", transient: false });
    }
    await Promise.resolve();
    yield* text.split("\n");
  }

  private async *versions(
    bucket: string,
    prefix: string,
    after: string | undefined,
    listed: () => void,
  ): AsyncIterable<readonly ListedVersion[]> {
    const all = [...this.objects]
      .filter(([place]) => place.startsWith(`${bucket}/${prefix}`))
      .map(([place, object]) => ({ key: place.slice(bucket.length + 1), object }))
      .filter(({ key }) => after === undefined || compareKeys(key, after) > 0)
      .sort((a, b) => compareKeys(a.key, b.key));
    for (let from = 0; from === 0 || from < all.length; from += PAGE) {
      listed();
      yield all.slice(from, from + PAGE).map(({ key, object }) => ({
        ...{ key, version: object.version, isLatest: true, isDeleteMarker: false },
        ...{ size: object.size ?? 0, etag: object.etag ?? "", owner: object.owner ?? "" },
      }));
      await Promise.resolve();
    }
  }
}

export function keyArnOf(alias: string, account: string): string {
  const region = account === SRC ? "us-east-2" : "eu-central-1";
  const id =
    account === SRC ? "11111111-2222-3333-4444-555555555555" : "66666666-7777-8888-9999-000000000000";
  return `arn:aws:kms:${region}:${account}:key/${alias.endsWith("other") ? id.replace(/^\d/, "9") : id}`;
}
