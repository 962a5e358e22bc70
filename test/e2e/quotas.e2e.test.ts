import { GetRolePolicyCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AWS_SETTINGS } from "../../scripts/engine/settings";
import { examine } from "../../scripts/commands/examine";
import { plan } from "../../scripts/commands/plan";
import { resolveTopology } from "../../topology";
import {
  Administrators,
  deployFoundation,
  foundationOf,
  makeImage,
  runScript,
  startVirtualCloud,
  type VirtualCloud,
} from "../_helpers/virtual";

const IMAGES = 42;
const PROD = "222222222222";

/** More images for one place than any of the quotas in these tests. */
const topology = resolveTopology({
  name: "quotas",
  accounts: { builder: { id: "111111111111" }, prod: { id: PROD } },
  images: Object.fromEntries(
    Array.from({ length: IMAGES }, (_, index) => [
      `image-${index}`,
      {
        from: { account: "builder", region: "eu-west-1", newest: { name: `image-${index}-*` } },
        to: [{ account: "prod", regions: ["eu-central-1"] }],
      },
    ]),
  ),
});

jest.setTimeout(240_000);

let cloud: VirtualCloud;
let admins: Administrators;
let prepared: Buffer;

beforeAll(async () => {
  cloud = await startVirtualCloud(topology.operator.id);
  admins = new Administrators(cloud.url);
  await deployFoundation(admins, topology);
  for (const [index, { from }] of topology.rules.entries()) {
    await makeImage(cloud, admins, from, `image-${index}-1`, [{ sizeGiB: 8 }]);
  }
  prepared = await cloud.dump();
});
afterAll(() => cloud.stop());
beforeEach(async () => {
  await cloud.load(prepared);
  cloud.requests.clear();
});

/** Runs, and returns the state, the maximum number of copies in progress at the same time, and AWS's refusals. */
async function carried() {
  const inProgress = new Set<string>();
  const refused: string[] = [];
  let most = 0;
  const { state } = await runScript(cloud, topology, {
    listener: (event) => {
      if (event.code === "CopyStarted") inProgress.add(event.imageId);
      if (event.code === "CopyAvailable") inProgress.delete(event.imageId);
      if (event.code === "CopyRefused") refused.push(event.reason);
      most = Math.max(most, inProgress.size);
    },
  });
  return { state, most, refused };
}

async function pressure() {
  const planned = await plan({ topology, aws: cloud.access(topology) }, []);
  return planned.pressure.map(({ quota, waiting }) => ({ ...quota, waiting }));
}

async function doctorOfQuotas() {
  const { findings } = await examine(
    { topology, aws: cloud.access(topology) },
    foundationOf(cloud, topology),
    AWS_SETTINGS,
  );
  return findings.filter(({ check }) => check === "quotas");
}

describe("the quota of copies in progress", () => {
  test("that is lower than AWS's default is respected from the start, so that AWS refuses nothing", async () => {
    cloud.composition.quotas.set({ snapshotCopies: 5, imageCopies: 5 }, PROD);
    expect(await pressure()).toEqual([{ copiesAtOnce: 5, from: "account", waiting: IMAGES - 5 }]);
    cloud.requests.clear();
    expect(await carried()).toEqual({ state: "done", most: 5, refused: [] });
    expect(cloud.requests.get("servicequotas ListServiceQuotas")).toBe(1);
  });

  test("that AWS has raised is used", async () => {
    cloud.composition.quotas.set({ snapshotCopies: 40, images: IMAGES }, PROD);
    expect(await pressure()).toEqual([{ copiesAtOnce: 40, from: "account", waiting: IMAGES - 40 }]);
    expect(await carried()).toEqual({ state: "done", most: 40, refused: [] });
    expect(await doctorOfQuotas()).toMatchObject([
      { state: "passed", what: "0 of 40 snapshot copies in progress" },
      { state: "failed", what: `account ${PROD} has ${IMAGES} of ${IMAGES} images in eu-central-1` },
      { state: "passed", what: `${IMAGES} of 100000 snapshots` },
    ]);
  });

  test("that the runner role may not read is assumed to be AWS's documented default, and doctor reports this", async () => {
    cloud.composition.quotas.set({ snapshotCopies: 40 }, PROD);
    await withdrawPermission("ReadQuotas");
    expect(await pressure()).toEqual([
      {
        copiesAtOnce: 20,
        from: "documents",
        because: "Service Quotas returned an error: AccessDeniedException",
        waiting: IMAGES - 20,
      },
    ]);
    expect(await carried()).toEqual({ state: "done", most: 20, refused: [] });
    expect(await doctorOfQuotas()).toMatchObject([
      {
        state: "unknown",
        subject: "prod eu-central-1",
        account: PROD,
        what: expect.stringMatching(
          /AWS's documented 20 copies at a time .*not authorized to perform: servicequotas:ListServiceQuotas/,
        ),
        fix: expect.stringContaining("npx keyferry deploy"),
      },
    ]);
  });

  test("is assumed to be the default if Service Quotas cannot be reached, and the run completes", async () => {
    cloud.setFaults([{ service: "servicequotas", effect: { kind: "reset", when: "before" } }]);
    const [told] = await pressure();
    expect(told).toMatchObject({
      from: "documents",
      because: expect.stringContaining("Service Quotas returned an error:"),
    });
    expect(await carried()).toEqual({ state: "done", most: 20, refused: [] });
    cloud.setFaults([]);
  });
});

/** Removes a statement from the runner role, as if an earlier version had deployed the foundation. */
async function withdrawPermission(sid: string): Promise<void> {
  const { iam } = admins.of(PROD, "us-east-1");
  const RoleName = topology.accounts.find(({ id }) => id === PROD)?.runnerRole;
  const policy = { RoleName, PolicyName: "runner" };
  const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand(policy));
  const document = JSON.parse(decodeURIComponent(PolicyDocument));
  document.Statement = document.Statement.filter((statement: { Sid: string }) => statement.Sid !== sid);
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: JSON.stringify(document) }));
}
