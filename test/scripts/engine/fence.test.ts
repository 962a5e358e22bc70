import http from "node:http";
import type { AddressInfo } from "node:net";
import { KeyferryError } from "../../../core/errors";
import type { AwsAccess, AwsPorts } from "../../../scripts/aws";
import type { Entry } from "../../../scripts/aws/client-config";
import { groupsPort } from "../../../scripts/aws/groups";
import { imagesPort } from "../../../scripts/aws/images";
import { instanceTypesPort } from "../../../scripts/aws/instance-types";
import { databasesPort } from "../../../scripts/aws/databases";
import { keysPort } from "../../../scripts/aws/keys";
import { PACE } from "../../../scripts/aws/pace";
import { parametersPort } from "../../../scripts/aws/parameters";
import { quotasPort } from "../../../scripts/aws/quotas";
import { registeredImagesPort } from "../../../scripts/aws/registered-images";
import { identityPort, rolesPort } from "../../../scripts/aws/roles";
import { storedImagesPort } from "../../../scripts/aws/stored-images";
import { settingsPort } from "../../../scripts/aws/settings";
import { usesPort } from "../../../scripts/aws/uses";
import { CALLS, fenced } from "../../../scripts/engine/fence";
import { Stage } from "../fake-aws/stage";

const { source } = new Stage();
const COPY = { name: "n", sourceImageId: "ami-1", sourceRegion: "eu-west-1", keyArn: "k", tags: { a: "b" } };
const SNAPSHOT_COPY = {
  sourceSnapshotId: "snap-1",
  sourceRegion: "eu-west-1",
  keyArn: "k",
  tags: { a: "b" },
};
const ACCOUNTS = ["222222222222"];
const DB_SNAPSHOT = "arn:aws:rds:eu-west-1:111111111111:cluster-snapshot:orders-1";
const BUCKET = { bucket: "b", owner: "222222222222" };
const UPLOAD = { key: "k", id: "u" };

type Port<P extends keyof AwsPorts> = ReturnType<AwsPorts[P]>;
type Inputs<M> = M extends (...input: infer I) => unknown ? I : never;

/** Arguments for every method. */
const INPUTS: { readonly [P in keyof AwsPorts]: { readonly [M in keyof Port<P>]: Inputs<Port<P>[M]> } } = {
  images: {
    describeImages: [{ "image-id": ["ami-1"] }],
    describeSnapshots: [{ "snapshot-id": ["snap-1"] }],
    sharedWith: ["image", "222222222222"],
    mayLaunch: ["ami-1"],
    launchPermissions: ["ami-1"],
    createVolumePermissions: ["snap-1"],
    describeSnapshot: ["snap-1"],
    copyImage: [{ ...COPY, clientToken: "t" }],
    copySnapshot: [{ ...SNAPSHOT_COPY, description: "d" }],
    deregisterImage: ["ami-1"],
    deleteSnapshot: ["snap-1"],
    changeLaunchPermissions: ["ami-1", "add", ACCOUNTS],
    changeCreateVolumePermissions: ["snap-1", "remove", ACCOUNTS],
    setDescription: ["ami-1", "d"],
    requireImdsV2: ["ami-1"],
    deprecate: ["ami-1", "2030-01-01T00:00:00Z"],
    enableDeregistrationProtection: ["ami-1", true],
    createTags: [["ami-1"], { a: "b" }],
    deleteTags: [["ami-1"], ["a"]],
  },
  databases: {
    snapshots: ["instance", { ids: ["orders-1"] }],
    copySnapshot: [{ of: "cluster", source: DB_SNAPSHOT, target: "orders-2", keyArn: "k", tags: { a: "b" } }],
    deleteSnapshot: [DB_SNAPSHOT],
    sharedAccounts: [DB_SNAPSHOT],
    changeShares: [DB_SNAPSHOT, "remove", ACCOUNTS],
    addTags: [DB_SNAPSHOT, { a: "b" }],
    removeTags: [DB_SNAPSHOT, ["a"]],
  },
  storedImages: {
    storeTasks: ["ami-1"],
    object: [BUCKET, "k"],
    objectTags: [BUCKET, "k"],
    keysBelow: [BUCKET, "p/"],
    uploadsBelow: [BUCKET, "p/"],
    partsOf: [BUCKET, UPLOAD],
    store: ["ami-1", "b", "p/"],
    restore: [{ bucket: "b", key: "k", name: "n", tags: {} }],
    beginUpload: [BUCKET, "k", { metadata: {}, tags: {} }],
    copyPart: [BUCKET, UPLOAD, { ...BUCKET, key: "k", etag: "e" }, { number: 1, first: 0, last: 1 }],
    completeUpload: [BUCKET, UPLOAD, [], 1],
    abortUpload: [BUCKET, UPLOAD],
    deleteObject: [BUCKET, "k"],
  },
  registeredImages: {
    read: ["ami-1"],
    devices: ["ami-1"],
    kernel: ["aki-1"],
    kernelsOfAmazon: [{ type: "kernel", name: "n", architecture: "x86_64" }],
    register: [{ name: "n", carried: {}, devices: [], tags: {} }],
  },
  keys: { describeKey: ["k"], aliases: [], keyPolicy: ["k"] },
  parameters: {
    get: ["/a"],
    lookAt: ["/a"],
    read: ["/a"],
    below: ["/a"],
    tagged: [{}],
    history: ["/a"],
    put: [{ name: "/a", value: "v", dataType: "text", overwrite: true, tags: {} }],
    delete: ["/a"],
  },
  roles: { createServiceLinkedRole: ["autoscaling.amazonaws.com"], ownPolicies: ["r"] },
  identity: { callerArn: [] },
  settings: {
    regions: [],
    ebsDefaults: [],
    allowedImages: [],
    blockPublicAccess: [],
    tryImageCopy: [COPY],
    trySnapshotCopy: [SNAPSHOT_COPY],
    hasAutoScalingRole: [],
    lastLaunch: ["g"],
  },
  quotas: { serviceQuota: ["ebs", "q"], owned: ["images"] },
  uses: {
    usesOf: [["ami-1"]],
    snapshotUses: [["snap-1"]],
    parametersShowing: [["ami-1"]],
    parameter: ["/a"],
  },
  instanceTypes: {
    type: ["m7i.large"],
    zonesOf: ["m7i.large"],
    zonesOfSubnets: [["subnet-1"]],
    matching: [
      { vCpus: { min: 1 }, memoryMiB: { min: 1 } },
      { architecture: "x86_64", virtualization: "hvm" },
    ],
  },
  groups: {
    group: ["g"],
    refreshes: ["g"],
    startRefresh: ["g", {}],
    cancelRefresh: ["g"],
  },
};

const every = Object.entries(CALLS).flatMap(([port, methods]) =>
  Object.entries(methods).map(([method, kind]) => ({ port, method, kind })),
);
const changing = every.filter(({ kind }) => kind === "changes");

/** For S3 only the method is visible. */
const READS = /^(Describe|Get|List|GET$|HEAD$)/;

type Answer = (response: http.ServerResponse) => void;
const throttled: Answer = (response) => {
  response.statusCode = 503;
  response.end("<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>");
};
const refused: Answer = (response) => {
  response.statusCode = 400;
  response.end("<Response><Errors><Error><Code>Refused</Code></Error></Errors></Response>");
};

describe("the fence around a run's calls", () => {
  let server: http.Server;
  let answer: Answer;
  const requests: string[] = [];

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        const target = String(request.headers["x-amz-target"] ?? "").split(".")[1];
        requests.push(target ?? new URLSearchParams(body).get("Action") ?? String(request.method));
        answer(response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    process.env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    requests.length = 0;
    answer = refused;
  });
  afterAll(async () => {
    delete process.env["AWS_ENDPOINT_URL"];
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  function ports(): AwsAccess {
    let now = 0;
    const entry: Entry = {
      credentials: async () => ({ accessKeyId: "111111111111", secretAccessKey: "rehearsal" }),
      time: { now: () => now, sleep: async (seconds) => void (now += seconds * 1000) },
    };
    return {
      images: (place) => imagesPort(place, entry),
      databases: (place) => databasesPort(place, entry),
      keys: (place) => keysPort(place, entry),
      parameters: (place) => parametersPort(place, entry),
      roles: (account) => rolesPort(account, "eu-west-1", entry),
      identity: (account) => identityPort(account, "eu-west-1", entry),
      settings: (place) => settingsPort(place, entry),
      quotas: (place) => quotasPort(place, entry),
      uses: (place) => usesPort(place, entry),
      groups: (place) => groupsPort(place, entry),
      instanceTypes: (place) => instanceTypesPort(place, entry),
      storedImages: (place) => storedImagesPort(place, entry),
      registeredImages: (place) => registeredImagesPort(place, entry),
      now: () => new Date(),
    };
  }

  function callOf(aws: AwsAccess, port: string, method: string): Promise<unknown> {
    const where = port === "roles" || port === "identity" ? source.account : source;
    const made = (aws as unknown as Record<string, (at: unknown) => Record<string, unknown>>)[port]?.(where);
    const inputs = (INPUTS as unknown as Record<string, Record<string, readonly unknown[]>>)[port]?.[method];
    return (made?.[method] as (...input: unknown[]) => Promise<unknown>)(...(inputs ?? []));
  }

  const lost = () => Promise.reject(new KeyferryError("lost", { code: "LeaseLost", source: "tool" }));

  it.each(every)(
    "classifies correctly whether $port.$method changes something",
    async ({ port, method, kind }) => {
      await callOf(ports(), port, method).catch(() => undefined);
      expect(requests.length).toBeGreaterThan(0);
      const isRead = requests.every((operation) => READS.test(operation));
      expect(isRead || method.startsWith("try") ? "reads" : "changes").toBe(kind);
    },
  );

  it.each(changing)("sends nothing of $port.$method once the lease is lost", async ({ port, method }) => {
    await expect(callOf(fenced(ports(), lost), port, method)).rejects.toMatchObject({ code: "LeaseLost" });
    expect(requests).toEqual([]);
  });

  it.each(changing)("sends $port.$method once if the lease is lost before it is repeated", async (call) => {
    answer = throttled;
    const changes = () => requests.filter((operation) => !READS.test(operation));
    const aws = fenced(ports(), () => (changes().length === 0 ? Promise.resolve() : lost()));
    await expect(callOf(aws, call.port, call.method)).rejects.toMatchObject({ code: "LeaseLost" });
    expect(changes()).toHaveLength(1);
  });

  it("does not block calls that only read", async () => {
    await expect(fenced(ports(), lost).images(source).describeImages({})).rejects.toMatchObject({
      answer: { code: "Refused" },
    });
    expect(requests).toEqual(["DescribeImages"]);
  });

  it("confirms the lease before each attempt of a call, but not for its own calls", async () => {
    answer = throttled;
    const aws = ports();
    let asked = 0;
    const confirm = async () => {
      asked += 1;
      await aws
        .parameters(source)
        .read("/lease")
        .catch(() => undefined);
    };
    await fenced(aws, confirm)
      .images(source)
      .deleteSnapshot("snap-1")
      .catch(() => undefined);
    const attempts = requests.filter((operation) => operation === "DeleteSnapshot").length;
    expect(attempts).toBe(PACE.throttledAttempts);
    // Before the call, before each attempt, and after it.
    expect(asked).toBe(attempts + 2);
  });
});
