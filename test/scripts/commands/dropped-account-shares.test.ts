import { verificationText } from "../../../scripts/report/result-text";
import { clean } from "../../../scripts/commands/clean";
import { verify } from "../../../scripts/commands/verify";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { resolveTopology, type Topology } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const BUILDER = "111111111111";
const PROD = "222222222222";
const STAGING = "333333333333";

/** A later version of the topology, without some of its accounts. */
function without(name: "prod" | "staging"): Topology {
  const declared = Object.entries(TWO_ACCOUNTS.accounts);
  const accounts = Object.fromEntries(declared.filter(([account]) => account !== name));
  const web = TWO_ACCOUNTS.images["web"]!;
  const to = web.to.filter(({ account }) => account !== name);
  return resolveTopology({ ...TWO_ACCOUNTS, accounts, images: { web: { ...web, to } } });
}

const WITHOUT_PROD = without("prod");

const look = (stage: Stage, topology: Topology) => ({
  topology,
  aws: stage.cloud.access(),
  clock: stage.clock,
});

const proof = (stage: Stage, topology = WITHOUT_PROD) =>
  verify(look(stage, topology), stage.foundation(topology));

function cleaned(stage: Stage, topology = WITHOUT_PROD) {
  return clean({
    ...look(stage, topology),
    foundation: stage.foundation(topology),
    settings: AWS_SETTINGS,
    keeper: {
      me: { host: "laptop", pid: 1, run: "clean" },
      clock: stage.clock,
      settings: AWS_SETTINGS,
      isAlive: () => true,
    },
    signal: new AbortController().signal,
    listener: () => undefined,
    apply: true,
  });
}

/** Everything was copied, including an earlier image; then an account left the topology. */
async function carriedTwice() {
  const stage = new Stage();
  await stage.run();
  const earlier = stage.cloud.image(stage.imageId);
  const current = stage.cloud.image(stage.makeImage("web-2", "mixed"));
  await stage.run();
  return { stage, earlier, current };
}

describe("a share with an account that was removed from the topology", () => {
  it("is found on current and earlier source images and their snapshots, reported, and never withdrawn automatically", async () => {
    const { stage, earlier, current } = await carriedTwice();
    const ids: string[] = [];
    for (const image of [earlier, current]) {
      const [snapshot] = stage.cloud.snapshotsOf(image);
      if (snapshot === undefined) throw new TypeError("no snapshot");
      image.launchPermissions.push(PROD);
      snapshot.createVolumePermissions.push(PROD);
      ids.push(image.view.id, snapshot.view.snapshotId);
    }
    for (const { unexplained } of [await proof(stage), await cleaned(stage)]) {
      expect(unexplained.map(({ id }) => id).sort()).toEqual([...ids].sort());
      expect(unexplained.every(({ sharedWith, hasLeft }) => sharedWith === PROD && hasLeft === true)).toBe(
        true,
      );
    }
    expect(earlier.launchPermissions).toEqual([PROD]);
    expect(current.launchPermissions).toEqual([PROD]);
    expect(verificationText(await proof(stage))).toContain(
      `is shared with ${PROD}, which has left the topology, and no record shows that Keyferry shared it`,
    );
  });

  it("is found on a transit copy and on its snapshots", async () => {
    const { stage } = await carriedTwice();
    const made = stage.cloud.images.find(({ view }) => view.tags["keyferry:role"] === "transit");
    const tags = Object.fromEntries(
      Object.entries(made?.view.tags ?? {}).filter(([key]) => !key.startsWith("keyferry:shared-with")),
    );
    const parent = tags["keyferry:parent-image"];
    const transit = stage.cloud.image(stage.cloud.addCopy(stage.source, "late", tags, parent));
    const [snapshot] = stage.cloud.snapshotsOf(transit);
    if (snapshot === undefined) throw new TypeError("no snapshot");
    transit.launchPermissions.push(PROD);
    snapshot.createVolumePermissions.push(PROD);
    expect((await proof(stage)).unexplained.map(({ id }) => id).sort()).toEqual(
      [transit.view.id, snapshot.view.snapshotId].sort(),
    );
  });

  it("is withdrawn by clean if a record says that a run made it, also on an earlier image", async () => {
    const { stage, earlier } = await carriedTwice();
    const { id: imageId } = earlier.view;
    earlier.launchPermissions.push(PROD);
    earlier.view.tags = { "keyferry:shared-with:acme/web": `${imageId} lease=1 ${PROD}` };
    expect(await proof(stage)).toMatchObject({
      ok: false,
      leftovers: [`${imageId} is still shared with ${PROD}`],
      unexplained: [],
    });
    expect((await cleaned(stage)).leftovers).toMatchObject([{ kind: "share", id: imageId, removed: true }]);
    expect(earlier.launchPermissions).toEqual([]);
    expect(await proof(stage)).toMatchObject({ ok: true, leftovers: [], unexplained: [] });
  });

  it("is not explained by a record that was copied from another image with its tags", async () => {
    const { stage, earlier, current } = await carriedTwice();
    current.launchPermissions.push(PROD);
    current.view.tags = { "keyferry:shared-with:acme/web": `${earlier.view.id} lease=1 ${PROD}` };
    const { unexplained, leftovers } = await proof(stage);
    expect(unexplained).toMatchObject([{ id: current.view.id, sharedWith: PROD }]);
    expect(leftovers).toEqual([]);
  });

  it("is found, as the deploy role, on what a removed account shares with one that stays", async () => {
    const { stage } = await carriedTwice();
    const [copy] = stage.cloud.registered(stage.place("prod", "eu-central-1"));
    copy?.launchPermissions.push(STAGING);
    const { unexplained } = await proof(stage);
    expect(unexplained).toMatchObject([{ id: copy?.view.id, account: PROD, sharedWith: STAGING }]);
    expect(unexplained[0]).not.toHaveProperty("hasLeft");
  });

  it("does not prevent verification of the topology if that account can no longer be accessed", async () => {
    const { stage, current } = await carriedTwice();
    stage.deployer.closedAccounts.add(PROD);
    current.launchPermissions.push(PROD);
    expect(await proof(stage)).toMatchObject({ ok: true, unexplained: [{ sharedWith: PROD }] });
  });

  it("is ignored if the account was never in the topology, or the image was never carried", async () => {
    const { stage, current } = await carriedTwice();
    current.launchPermissions.push("999999999999");
    stage.cloud.image(stage.makeImage("other-1", "plain")).launchPermissions.push(PROD);
    expect((await proof(stage)).unexplained).toEqual([]);
  });

  it("is found on the source image of a removed rule, as long as a copy of it exists", async () => {
    const { stage, current } = await carriedTwice();
    const web = TWO_ACCOUNTS.images["web"]!;
    const from = { account: "builder", region: "eu-central-1", newest: { name: "site-*" } };
    const moved = resolveTopology({ ...TWO_ACCOUNTS, images: { site: { ...web, from } } });
    current.launchPermissions.push(PROD);
    const { unexplained } = await verify(look(stage, moved), stage.foundation(moved));
    expect(unexplained).toMatchObject([
      { id: current.view.id, account: BUILDER, region: "eu-west-1", sharedWith: PROD },
    ]);
  });
});
