import fs from "node:fs";
import path from "node:path";
import { synthesise, synthSettings } from "../../stacks";
import { resolveTopology, type Topology, type TopologyInput } from "../../topology";
import {
  policyOf,
  resources,
  synthesisedTopology,
  temporaryDirectory,
  type Synthesised,
} from "../_helpers/synthesised";
import { buckets, BUCKETS } from "../_helpers/topologies";

type Rules = NonNullable<TopologyInput["buckets"]>;

const IN_PROD = "acme-documents-222222222222-eu-central-1";
const stacks = synthesisedTopology(buckets());

/** The body of the resource of a bucket. */
function ofBucket(stack: Synthesised | undefined, type: string, bucket: string) {
  const [id] =
    Object.entries(stack?.resource?.["aws_s3_bucket"] ?? {}).find(([, body]) => body["bucket"] === bucket) ??
    [];
  const body = resources(stack, type).find((one) => String(one["bucket"]).includes(`.${String(id)}.`));
  if (body === undefined) throw new RangeError(`${bucket} has no ${type}`);
  return body;
}

const sidsOf = (body: Parameters<typeof policyOf>[0]) => policyOf(body).Statement.map(({ Sid }) => Sid);

describe("the stacks of buckets with cyclic replication", () => {
  test("are only buckets and replication stacks if nothing is copied", () => {
    expect(Object.keys(stacks)).toEqual([
      "foundation-buckets-builder",
      "foundation-buckets-prod",
      "foundation-buckets-staging",
      "foundation-replication-builder",
      "foundation-replication-prod",
    ]);
  });

  test("have no cycle: buckets stacks read no other stack, and replication stacks read only buckets stacks", () => {
    for (const [name, stack] of Object.entries(stacks)) {
      const read = Object.keys(stack.data?.["terraform_remote_state"] ?? {});
      if (name.startsWith("foundation-buckets-")) expect(read).toEqual([]);
      else expect(read.join()).toMatch(/^(cross-stack-reference-input-foundation-buckets-\w+,?)+$/);
    }
  });

  test("allow only the needed roles of other accounts in each bucket policy and key policy", () => {
    const prod = stacks["foundation-buckets-prod"];
    const policy = policyOf(ofBucket(prod, "aws_s3_bucket_policy", IN_PROD));
    const markers = policy.Statement.find(({ Sid }) => Sid === "ReplicatorsWriteDeleteMarkers");
    expect(markers).toMatchObject({
      Principal: { AWS: ["arn:aws:iam::111111111111:root"] },
      Condition: {
        ArnEquals: {
          "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/keyferry-files-replicate-acme-documents"],
        },
      },
    });
    const own = ofBucket(
      stacks["foundation-buckets-builder"],
      "aws_s3_bucket_policy",
      "acme-logs-111111111111-eu-central-1",
    );
    expect(sidsOf(own).filter((sid) => sid.startsWith("Replicators"))).toEqual([]);
    for (const stack of Object.values(stacks)) {
      for (const key of resources(stack, "aws_kms_key")) {
        const open = policyOf(key).Statement.filter(({ Sid }) => Sid.startsWith("Replicators"));
        for (const { Condition = {} } of open)
          expect(Object.keys(Condition)).toEqual(["ArnEquals", "StringEquals", "StringLike"]);
      }
    }
  });

  test("have one configuration for each source bucket, with all of its rules and the user's options", () => {
    const [configuration, ...others] = resources(
      stacks["foundation-replication-builder"],
      "aws_s3_bucket_replication_configuration",
    ).filter(({ bucket }) => bucket === "acme-documents");
    expect(others).toEqual([]);
    expect(configuration?.["rule"]).toMatchObject([
      {
        id: `documents.${IN_PROD}`,
        delete_marker_replication: { status: "Enabled" },
        destination: {
          account: "222222222222",
          access_control_translation: { owner: "Destination" },
          replication_time: { status: "Enabled" },
          metrics: { status: "Enabled" },
        },
      },
      { id: "documents.acme-documents-222222222222-us-east-2" },
      { id: "documents.acme-copies", destination: { storage_class: "STANDARD_IA" } },
    ]);
  });

  test("send failures only if the topology names a destination, and then show the statements that its owner must add", () => {
    expect(resources(stacks["foundation-replication-builder"], "aws_s3_bucket_notification")).toEqual([]);
    const { documents } = BUCKETS.buckets;
    const replicationEvents = "arn:aws:sqs:us-east-2:333333333333:failures";
    const told = synthesisedTopology(
      resolveTopology({
        name: "files",
        accounts: BUCKETS.accounts,
        buckets: {
          documents: {
            ...documents,
            replicaModifications: false,
            from: { ...documents.from, replicationEvents },
            to: [...documents.to],
          },
        },
      }),
    )["foundation-replication-builder"];
    expect(resources(told, "aws_s3_bucket_notification")).toMatchObject([
      { bucket: "acme-documents", queue: [{ queue_arn: replicationEvents, events: ["s3:Replication:*"] }] },
    ]);
    const { destinationPolicy } = told?.output?.["policies-for-events-of-acme-documents"]?.[
      "value"
    ] as Record<string, string>;
    expect(destinationPolicy).toContain('"aws:SourceArn":["arn:aws:s3:::acme-documents"]');
  });

  test("change only the replication of an existing bucket, and show the statements that its owner must add", () => {
    for (const stack of Object.values(stacks)) {
      const made = resources(stack, "aws_s3_bucket").map(({ bucket }) => bucket);
      expect(made).not.toContain("acme-logs");
      expect(made).not.toContain("acme-audit");
    }
    const builder = stacks["foundation-replication-builder"];
    const [policy] = resources(builder, "aws_iam_role_policy").filter(({ policy: text }) =>
      String(text).includes("acme-audit"),
    );
    expect(String(policy?.["policy"])).toContain("alias--older-logs");
    const shown = builder?.output?.["policies-for-acme-audit-from-acme-logs"]?.["value"] as Record<
      string,
      string
    >;
    const shownSids = (text = "") =>
      (JSON.parse(text) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
    expect(shownSids(shown["bucketPolicy"])).toEqual(["ReplicatorsWriteReplicas", "ReplicatorsHandOver"]);
    expect(shownSids(shown["keyPolicy"])).toEqual([
      "ReplicatorsEncrypt",
      "ReplicatorsOpenBucketKey",
      "ReplicatorsGenerateDataKey",
    ]);
  });
});

describe("a bucket during the life of a topology", () => {
  const { documents, back } = BUCKETS.buckets;
  const rules = (to: Rules[string]["to"]): Topology =>
    resolveTopology({
      name: "files",
      accounts: BUCKETS.accounts,
      buckets: { documents: { ...documents, to }, back },
    });
  const whole = rules([...documents.to]);
  const reduced = rules([documents.to[0]]);

  let directory: string;
  beforeEach(() => (directory = temporaryDirectory()));
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  /** Synthesises below the directory, and returns the stack of the account that loses its bucket. */
  function staging(topology: Topology): Synthesised & { readonly removed?: readonly { from: string }[] } {
    const settings = synthSettings({}, directory);
    const names = synthesise(topology, settings);
    const name = names.find((one) => /(foundation|dropped)-buckets-staging/.test(one)) ?? "";
    return JSON.parse(
      fs.readFileSync(path.join(settings.outdir, "stacks", name, "cdk.tf.json"), "utf8"),
    ) as Synthesised;
  }

  /** Terraform's state after a deployment of the stack. */
  function hold(stack: Synthesised): void {
    const all = Object.entries(stack.resource ?? {}).flatMap(([type, bodies]) =>
      Object.keys(bodies).map((name) => ({ mode: "managed", type, name, instances: [] })),
    );
    const file = path.join(directory, ".keyferry/state/files/foundation-buckets-staging.tfstate");
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ resources: all }));
  }

  const addressesOf = ({ resource = {} }: Synthesised) =>
    Object.entries(resource).flatMap(([type, bodies]) =>
      Object.keys(bodies).map((name) => `${type}.${name}`),
    );
  const removedBuckets = ({ removed = [] }: ReturnType<typeof staging>) =>
    removed.map(({ from }) => from).filter((from) => from.startsWith("aws_s3_bucket"));

  test("stays at its address when no rule names it any more, and allows no other account", () => {
    const before = staging(whole);
    hold(before);
    const after = staging(reduced);
    // The role that reads replication is removed, because nothing is replicated there any more.
    const lasting = addressesOf(before).filter((address) => !address.startsWith("aws_iam_role"));
    expect(addressesOf(after)).toEqual(lasting);
    expect(removedBuckets(after)).toEqual([]);
    expect(sidsOf(ofBucket(after, "aws_s3_bucket_policy", "acme-copies"))).not.toContain(
      "ReplicatorsWriteReplicas",
    );
    expect(resources(after, "aws_kms_key").flatMap(sidsOf)).not.toContain("ReplicatorsEncrypt");
    expect(staging(whole)).toEqual(before);
  });

  test("is forgotten by Terraform and not destroyed if the lock file is lost", () => {
    const before = staging(rules([...documents.to, { account: "staging", regions: ["us-east-2"] }]));
    hold(before);
    fs.rmSync(path.join(directory, "keyferry.lock.json"));
    const after = staging(whole);
    const lost = addressesOf(before).filter(
      (address) => address.startsWith("aws_s3_bucket") && !addressesOf(after).includes(address),
    );
    expect(lost).toHaveLength(6);
    expect(removedBuckets(after)).toEqual(lost.sort());
  });

  test("is forgotten by Terraform when it is declared as existing", () => {
    const before = staging(whole);
    hold(before);
    const given = {
      account: "staging",
      regions: ["eu-central-1"],
      bucket: "acme-copies",
      existing: true,
      key: "alias/theirs",
    };
    const after = staging(rules([documents.to[0], given]));
    expect(resources(after, "aws_s3_bucket")).toEqual([]);
    expect(removedBuckets(after)).toHaveLength(7);
  });

  test("is removed from the lock file if Terraform's state shows that it was never created", () => {
    const before = staging(whole);
    hold({ ...before, resource: {} });
    expect(resources(staging(reduced), "aws_s3_bucket")).toEqual([]);
  });
});
