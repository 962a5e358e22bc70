import { LINEAGE_TAGS } from "../../../topology";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { examine } from "../../../scripts/commands/examine";
import { plan } from "../../../scripts/commands/plan";
import { verify } from "../../../scripts/commands/verify";
import { expectCarried } from "../fake-aws/expectations";
import { Stage } from "../fake-aws/stage";

describe("publishing", () => {
  it("fails, and keeps the old image published, when the image never appears in the parameter", async () => {
    const stage = new Stage(undefined, { validateSeconds: 100_000 });
    const { state, manifest } = await stage.run();
    expect(state).toBe("failed");
    expect(manifest.images[0]?.jobs[0]?.reason).toContain(
      "/images/web in 222222222222 eu-central-1 does not show",
    );
    expect(stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")).toBeUndefined();
  });

  it("happens only after the copy is verified", async () => {
    const stage = new Stage();
    await stage.run({
      listener: (event) => {
        if (event.code !== "CopyStarted" || !event.node.includes("prod")) return;
        const copy = stage.cloud.image(event.imageId);
        stage.cloud.snapshotsOf(copy).forEach((snapshot) => (snapshot.view.encrypted = false));
      },
    });
    expect(stage.cloud.shown(stage.place("prod", "eu-central-1"), "/images/web")).toBeUndefined();
    const staging = stage.cloud.registered(stage.place("staging", "eu-west-1"))[0];
    expect(stage.cloud.shown(stage.place("staging", "eu-west-1"), "/images/web")).toBe(staging?.view.id);
    expect(staging?.view.tags[LINEAGE_TAGS.role]).toBe("final");
  });

  it("does not happen after the run was interrupted, or lost its lease", async () => {
    const stage = new Stage();
    const stop = new AbortController();
    const { state } = await stage.run({
      signal: stop.signal,
      listener: (event) => event.code === "CopyVerified" && stop.abort(),
    });
    expect(state).toBe("interrupted");
    expect(stage.cloud.calls.some((call) => call.startsWith("PutParameter 222222222222"))).toBe(false);
    expect((await stage.run()).state).toBe("done");
    expectCarried(stage);
  });

  it("sets lineage tags on the parameter that it creates", async () => {
    const stage = new Stage();
    await stage.run();
    expect(stage.cloud.parameterTags.get("333333333333/eu-west-1 /images/web")).toEqual(OURS);
  });
});

const OURS = { [LINEAGE_TAGS.topology]: "acme", [LINEAGE_TAGS.role]: "published" };
const PROD = "222222222222/eu-central-1 /images/web";
const HAND_OVER =
  "aws ssm add-tags-to-resource --region eu-central-1 --resource-type Parameter --resource-id /images/web --tags Key=keyferry:topology,Value=acme Key=keyferry:role,Value=published";
const DELETE = "aws ssm delete-parameter --region eu-central-1 --name /images/web";

interface Theirs {
  readonly type?: string;
  readonly dataType?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A parameter with the name of the published one, created manually. */
function make(stage: Stage, { type = "String", dataType = "aws:ec2:image", tags = {} }: Theirs): void {
  stage.cloud.parameters.set(PROD, [{ value: "ami-0123456789abcdef0", shownAt: 0 }]);
  stage.cloud.parameterTypes.set(PROD, { type, dataType });
  stage.cloud.parameterTags.set(PROD, tags);
}

const held = (stage: Stage) =>
  [stage.cloud.parameters, stage.cloud.parameterTypes, stage.cloud.parameterTags].map((map) => map.get(PROD));

describe.each<[string, Theirs, string]>([
  ["an image", {}, HAND_OVER],
  ["an image, with its own tags", { tags: { team: "web" } }, HAND_OVER],
  ["an image of another topology", { tags: { ...OURS, "keyferry:topology": "other" } }, HAND_OVER],
  ["an image with only some of Keyferry's tags", { tags: { "keyferry:topology": "acme" } }, HAND_OVER],
  ["text", { dataType: "text" }, DELETE],
  ["text with Keyferry's tags", { dataType: "text", tags: OURS }, DELETE],
  ["a list", { type: "StringList", dataType: "text" }, DELETE],
  ["a secret", { type: "SecureString", dataType: "text" }, DELETE],
])("a parameter of another team that contains %s", (_what, theirs, fix) => {
  it("is found before anything is copied, by doctor, plan and verify, and is not changed", async () => {
    const stage = new Stage();
    make(stage, theirs);
    const before = structuredClone(held(stage));
    const refusal = {
      subject: "web -> prod eu-central-1",
      account: "222222222222",
      what: expect.stringContaining("the parameter /images/web in account 222222222222 eu-central-1"),
      fix: expect.stringContaining(fix),
    };
    await expect(stage.run()).rejects.toMatchObject({ code: "PreflightRefused", refusals: [refusal] });
    const look = { topology: stage.topology, aws: stage.cloud.access() };
    expect((await plan(look, [])).refusals).toEqual([refusal]);
    expect((await verify(look)).refusals).toEqual([refusal]);
    const { findings } = await examine(look, stage.foundation(), AWS_SETTINGS);
    expect(findings.filter(({ state }) => state === "failed")).toMatchObject([refusal]);
    expect(stage.cloud.calls.filter((call) => /^(CopyImage [^(]|Put|Add|Create|Modify)/.test(call))).toEqual(
      [],
    );
    expect(held(stage)).toEqual(before);
  });

  it("and is created while the run copies is not changed, and only that copy is not published", async () => {
    const stage = new Stage();
    let before: unknown;
    const { state, manifest } = await stage.run({
      listener: (event) => {
        if (event.code !== "CopyVerified" || !event.node.includes("prod")) return;
        make(stage, theirs);
        before = structuredClone(held(stage));
      },
    });
    expect(state).toBe("failed");
    const [prod, staging] = manifest.images[0]?.jobs ?? [];
    expect(prod).toMatchObject({ state: "failed", reason: expect.stringContaining(fix) });
    expect(staging?.state).toBe("done");
    expect(held(stage)).toEqual(before);
  });
});

it("a parameter that its owner handed over is used for publishing, and keeps its owner's tags", async () => {
  const stage = new Stage();
  make(stage, { tags: { ...OURS, team: "web" } });
  expect((await stage.run()).state).toBe("done");
  expectCarried(stage);
  expect(stage.cloud.parameterTags.get(PROD)).toEqual({ ...OURS, team: "web" });
});
