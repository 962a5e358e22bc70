import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { reportPage } from "../../../scripts/report/page";
import { statusText, verificationText } from "../../../scripts/report/result-text";
import { plan } from "../../../scripts/commands/plan";
import { status } from "../../../scripts/commands/status";
import { verify } from "../../../scripts/commands/verify";
import { groupText, rolloutText } from "../../../scripts/report/groups-text";
import { rollout, type RolloutInput } from "../../../scripts/commands/rollout";
import { launchedJobs, lookAtGroup } from "../../../scripts/steps/look-at-group";
import type { RefreshPreferences, TopologyInput } from "../../../topology";
import { FakeGroup } from "../fake-aws/groups-port";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const GROUP = "keyferry-acme-web";
const NOTHING: RolloutInput["request"] = { wait: true, restart: false, cancel: false };

function launching(refresh?: RefreshPreferences): TopologyInput {
  const copy = structuredClone(TWO_ACCOUNTS) as any;
  copy.images.web.to[0].launch = { instanceType: "t3.micro", minSize: 3, ...(refresh && { refresh }) };
  return copy;
}

/** A group of three instances of the first image, after a second one was published. */
async function behind(refresh: RefreshPreferences | undefined = {}) {
  const stage = new Stage(launching(refresh), {}, "plain");
  await stage.run();
  const place = stage.place("prod", "eu-central-1");
  const group = new FakeGroup(stage.cloud, place, "/images/web", 3);
  stage.cloud.groups.set(`222222222222/eu-central-1 ${GROUP}`, group);
  const first = stage.cloud.shown(place, "/images/web") ?? "";
  stage.clock.advance(21 * 24 * 3600);
  await carry(stage, "web-2");
  const second = stage.cloud.shown(place, "/images/web") ?? "";
  stage.events.length = 0;
  return { stage, group, first, second };
}

async function carry(stage: Stage, name: string): Promise<void> {
  stage.makeImage(name, "plain");
  expect((await stage.run()).state).toBe("done");
}

function roll(stage: Stage, request: Partial<RolloutInput["request"]> = {}, signal?: AbortSignal) {
  return rollout({
    topology: stage.topology,
    aws: stage.cloud.access(),
    clock: stage.clock,
    settings: AWS_SETTINGS,
    listener: (event) => stage.events.push(event),
    signal: signal ?? new AbortController().signal,
    request: { ...NOTHING, ...request },
  });
}

const starts = (stage: Stage) => stage.cloud.calls.filter((call) => call.startsWith("StartInstanceRefresh"));

const imagesOf = ({ members }: FakeGroup) => [...new Set(members.map(({ imageId }) => imageId))];

async function statusOf(stage: Stage) {
  const [job] = launchedJobs(stage.topology);
  if (job === undefined) throw new TypeError("nothing is launched");
  return lookAtGroup({ topology: stage.topology, aws: stage.cloud.access() }, job);
}

describe("a rollout", () => {
  it("replaces all instances with instances of the published image, and reports progress", async () => {
    const { stage, group, second } = await behind();
    const result = await roll(stage);
    expect(result).toMatchObject({ state: "done", groups: [{ outcome: "replaced" }] });
    expect(imagesOf(group)).toEqual([second]);
    expect(stage.events.map(({ code }) => code)).toEqual(
      expect.arrayContaining(["RefreshStarted", "RefreshProgressed", "RefreshEnded"]),
    );
    expect(rolloutText(result, stage.clock.now())).toContain("3 of 3");
  });

  it("starts nothing if every instance runs the published image", async () => {
    const { stage } = await behind();
    await roll(stage);
    expect(await roll(stage)).toMatchObject({ state: "done", groups: [{ outcome: "current" }] });
    expect(starts(stage)).toHaveLength(1);
  });

  it("replaces instances of an earlier version of the launch template", async () => {
    const { stage, group } = await behind();
    await roll(stage);
    group.templateVersion = "2";
    expect(groupText(await statusOf(stage), stage.clock.now())).toContain(
      "3 of 3 instances use an earlier version of the launch template; keyferry rollout replaces them",
    );
    expect(await roll(stage)).toMatchObject({ groups: [{ outcome: "replaced" }] });
    expect(group.members.map(({ templateVersion }) => templateVersion)).toEqual(["2", "2", "2"]);
  });

  it("joins a replacement that was started after the image was published, by any caller", async () => {
    const { stage, group, second } = await behind();
    group.start();
    expect(await roll(stage)).toMatchObject({ groups: [{ outcome: "replaced" }] });
    expect(starts(stage)).toEqual([]);
    expect(stage.events).toContainEqual(expect.objectContaining({ code: "RefreshStarted", joined: true }));
    expect(imagesOf(group)).toEqual([second]);
  });

  it("continues after an interruption by joining the replacement that it started", async () => {
    const { stage } = await behind();
    const stop = new AbortController();
    const interrupted = rollout({
      topology: stage.topology,
      aws: stage.cloud.access(),
      clock: stage.clock,
      settings: AWS_SETTINGS,
      listener: ({ code }) => code === "RefreshStarted" && stop.abort(),
      signal: stop.signal,
      request: NOTHING,
    });
    expect(await interrupted).toMatchObject({ state: "interrupted", groups: [{ outcome: "not-done" }] });
    expect(await roll(stage)).toMatchObject({ state: "done", groups: [{ outcome: "replaced" }] });
    expect(starts(stage)).toHaveLength(1);
  });

  it("reports a replacement that was started for an earlier image, and restarts it only on request", async () => {
    const { stage, group } = await behind();
    group.unhealthy = "an instance does not pass its health checks";
    group.start();
    stage.clock.advance(10);
    await carry(stage, "web-3");
    const reported = await roll(stage);
    expect(reported).toMatchObject({ state: "failed", groups: [{ outcome: "failed" }] });
    expect(rolloutText(reported, stage.clock.now())).toMatch(/before ami-\d+ was published.*\n.*--restart/);
    expect(starts(stage)).toEqual([]);
    group.unhealthy = undefined;
    expect(await roll(stage, { restart: true })).toMatchObject({ groups: [{ outcome: "replaced" }] });
    expect(group.refreshes.map(({ status }) => status)).toEqual(["Successful", "Cancelled"]);
    expect(imagesOf(group)).toEqual([stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")]);
  });

  it("that fails the group's health checks reports AWS's words, the last launch and the rollback command", async () => {
    const { stage, group, second } = await behind();
    group.unhealthy = "Instance refresh failed: instances did not come into service.";
    const message = "Client.InternalError: Client error on launch";
    stage.cloud.settings
      .of(stage.place("prod", "eu-central-1"))
      .launches.set(GROUP, { state: "Failed", message });
    const result = await roll(stage);
    const text = rolloutText(result, stage.clock.now());
    expect(result.state).toBe("failed");
    expect(text).toContain("is Failed: Instance refresh failed: instances did not come into service.");
    expect(text).toContain(message);
    expect(text).toContain("keyferry run --rollback web, then keyferry rollout");
    expect(text).toContain(`every new instance of the group launches ${second}`);
  });

  it("does not wait if that is requested", async () => {
    const { stage, group } = await behind();
    const result = await roll(stage, { wait: false });
    expect(result).toMatchObject({ state: "done", groups: [{ outcome: "in-progress" }] });
    expect(group.refreshes[0]?.endedAt).toBeUndefined();
    expect(rolloutText(result, stage.clock.now())).toContain("keyferry rollout waits for them");
  });

  it("is cancelled on request, and then there is nothing to cancel", async () => {
    const { stage, group } = await behind();
    await roll(stage, { wait: false });
    expect(await roll(stage, { cancel: true })).toMatchObject({ groups: [{ outcome: "cancelled" }] });
    expect(group.refreshes[0]?.status).toBe("Cancelled");
    expect(await roll(stage, { cancel: true })).toMatchObject({
      state: "done",
      groups: [{ outcome: "nothing-to-cancel" }],
    });
  });

  it("does not replace instances that the topology excludes", async () => {
    const { stage, group, first } = await behind({ protectedInstances: "ignore" });
    group.members = group.members.map((member) => ({ ...member, isProtected: true }));
    expect(await roll(stage)).toMatchObject({ state: "done", groups: [{ outcome: "current" }] });
    expect(starts(stage)).toEqual([]);
    expect(imagesOf(group)).toEqual([first]);
    expect(groupText(await statusOf(stage), stage.clock.now())).toContain(
      "not replaced, because launch.refresh excludes them",
    );
  });

  it("of a group that is not deployed, or without a published image, names the step that comes first", async () => {
    const { stage } = await behind();
    stage.cloud.groups.clear();
    const text = rolloutText(await roll(stage), stage.clock.now());
    expect(text).toContain(`there is no Auto Scaling group ${GROUP}`);
    expect(text).toContain("npx keyferry deploy 'consumers-prod'");

    const empty = new Stage(launching({}), {}, "plain");
    const place = empty.place("prod", "eu-central-1");
    const group = new FakeGroup(empty.cloud, place, "/images/web", 1);
    empty.cloud.groups.set(`222222222222/eu-central-1 ${GROUP}`, group);
    expect(rolloutText(await roll(empty), empty.clock.now())).toContain("no image is published");
  });

  it("is refused if no group opted in, and names those that could", async () => {
    const stage = new Stage(launching(), {}, "plain");
    await expect(roll(stage)).rejects.toMatchObject({
      code: "ConfigurationInvalid",
      problems: [expect.objectContaining({ fix: expect.stringContaining("web -> prod eu-central-1") })],
    });
  });

  it("of an inaccessible account does not stop the others, and reports the reason", async () => {
    const { stage } = await behind();
    stage.cloud.closedAccounts.add("222222222222");
    const result = await roll(stage);
    expect(result).toMatchObject({ state: "failed", groups: [{ outcome: "failed" }] });
    expect(result.groups[0]?.reason).toContain("sts:AssumeRole");
  });
});

describe("verify, status and the report", () => {
  const look = ({ topology, cloud, clock }: Stage) => ({ topology, aws: cloud.access(), clock });

  it("report a group that opted in and does not follow as an error, until its instances are being replaced", async () => {
    const { stage, first } = await behind();
    const wrong = await verify(look(stage));
    expect(wrong.ok).toBe(false);
    expect(verificationText(wrong)).toContain(`3 of 3 instances run ${first}`);
    await roll(stage, { wait: false });
    expect((await verify(look(stage))).ok).toBe(true);
    await roll(stage);
    expect(await verify(look(stage))).toMatchObject({ ok: true });
  });

  it("list a group that has not opted in, without an error", async () => {
    const stage = new Stage(launching(), {}, "plain");
    await stage.run();
    const place = stage.place("prod", "eu-central-1");
    stage.cloud.groups.set(
      `222222222222/eu-central-1 ${GROUP}`,
      new FakeGroup(stage.cloud, place, "/images/web", 1),
    );
    await carry(stage, "web-2");
    const found = await verify(look(stage));
    expect(found.ok).toBe(true);
    expect(verificationText(found)).toContain("1 of 1 instance runs ami-");
    const state = await status(look(stage), stage.foundation(), []);
    expect(statusText(state)).toContain("nothing replaces them; set launch.refresh");
  });

  it("show the groups on the page", async () => {
    const { stage, first } = await behind();
    const verification = await verify(look(stage));
    const page = reportPage({
      topology: stage.topology,
      cloud: "rehearsal",
      madeAt: stage.clock.now(),
      seen: { plan: await plan(look(stage), []), verification, outside: { items: [], keys: [], unseen: [] } },
    });
    expect(page).toContain("<h2>Groups</h2>");
    expect(page).toContain(`3 of 3 instances run ${first}`);
    expect(page).toContain('<span class="chip failed">behind</span>');
  });

  it("do not count a group that is not deployed yet", async () => {
    const { stage } = await behind();
    stage.cloud.groups.clear();
    expect(verificationText(await verify(look(stage)))).toContain(
      "is not deployed: npx keyferry deploy 'consumers-prod'",
    );
  });
});

describe("the text about a group", () => {
  it("names the older image, its source and age, and what would replace it", async () => {
    const { stage, group, first, second } = await behind();
    group.members[0] = group.launch();
    expect(groupText(await statusOf(stage), stage.clock.now())).toBe(
      `${GROUP} in prod eu-central-1: 2 of 3 instances run ${first} (web-1, copy of ${stage.imageId}, 3 weeks old); /images/web contains ${second}; keyferry rollout replaces them`,
    );
  });

  it("says that nothing replaces instances if the topology has not opted in", async () => {
    const stage = new Stage(launching(), {}, "plain");
    await stage.run();
    const group = new FakeGroup(stage.cloud, stage.place("prod", "eu-central-1"), "/images/web", 1);
    stage.cloud.groups.set(`222222222222/eu-central-1 ${GROUP}`, group);
    await carry(stage, "web-2");
    expect(groupText(await statusOf(stage), stage.clock.now())).toContain(
      "nothing replaces them; set launch.refresh so that keyferry rollout does",
    );
  });
});
