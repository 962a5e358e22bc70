import type { Finding } from "../../../scripts/engine/finding";
import { AwsCallError } from "../../../scripts/aws";
import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { examine } from "../../../scripts/commands/examine";
import type { PolicyDocument } from "../../../policy";
import type { TopologyInput } from "../../../topology";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

function look(stage: Stage) {
  return examine({ topology: stage.topology, aws: stage.cloud.access() }, stage.foundation(), AWS_SETTINGS);
}

/** The findings that have not passed; checks that nothing was changed. */
async function problems(stage: Stage): Promise<readonly Finding[]> {
  const world = () =>
    JSON.stringify([stage.cloud.images, stage.cloud.snapshots, [...stage.cloud.parameters]]);
  const before = world();
  const { findings, ok } = await look(stage);
  expect(world()).toBe(before);
  expect(ok).toBe(findings.every(({ state }) => state !== "failed"));
  return findings.filter(({ state }) => state !== "passed");
}

async function only(stage: Stage): Promise<Finding> {
  const found = await problems(stage);
  expect(found).toHaveLength(1);
  return found[0] as Finding;
}

const prod = (stage: Stage) => stage.place("prod", "eu-central-1");
const homeKey = (stage: Stage) => stage.cloud.keys.get(stage.keyArn(prod(stage), "alias/keyferry/acme/home"));
const denied = (tail: string) =>
  new AwsCallError(
    { operation: "CopyImage", account: "222222222222", region: "eu-central-1" },
    {
      code: "UnauthorizedOperation",
      message: `You are not authorized to perform this operation. User: arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1 is not authorized to perform: ec2:CopyImage on resource: arn:aws:ec2:eu-central-1::image/* ${tail}`,
      requestId: "r-1",
      transient: false,
    },
  );

/** The error for a runner role of an older foundation. */
function quotasDenied(): AwsCallError {
  const site = { operation: "ListServiceQuotas", account: "222222222222", region: "eu-central-1" };
  const message =
    "User: arn:aws:sts::222222222222:assumed-role/keyferry-acme-runner/keyferry-1 is not authorized to perform: servicequotas:ListServiceQuotas because no identity-based policy allows the servicequotas:ListServiceQuotas action";
  return new AwsCallError(site, { code: "AccessDeniedException", message, transient: false });
}

describe("the doctor", () => {
  it("finds no problems in a correct setup, and has made every check", async () => {
    const { findings, ok } = await look(new Stage());
    expect(findings.filter(({ state }) => state !== "passed")).toEqual([]);
    expect(ok).toBe(true);
    expect([...new Set(findings.map(({ check }) => check))].sort()).toEqual([
      "allowed-images",
      "auto-scaling-role",
      "credentials",
      "deploy-roles",
      "destination-keys",
      "ebs-defaults",
      "foundation-keys",
      "instance-types",
      "launches",
      "listed-keys",
      "marketplace",
      "names",
      "parameters",
      "permissions",
      "public-access",
      "quotas",
      "regions",
      "snapshots",
      "source-image",
      "source-key-states",
      "source-keys",
      "tags",
      "try-copy",
    ]);
  });

  it("gives advice if the quota is too low for the images of all copies", async () => {
    const stage = new Stage();
    stage.cloud.addImage(prod(stage), "other", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
    stage.cloud.mayOwn.set("222222222222/eu-central-1", { images: 1 + 1, snapshots: 1 + 2 });
    const { findings, ok } = await look(stage);
    expect(ok).toBe(true);
    const here = findings.filter(
      ({ check, subject }) => check === "quotas" && subject === "prod eu-central-1",
    );
    expect(here.map(({ what, advice }) => [what, advice?.includes("higher quota")])).toEqual([
      ["0 of 20 snapshot copies in progress", undefined],
      ["1 of 2 images", undefined],
      ["1 of 3 snapshots; all copies together would add 3", true],
    ]);
  });

  it("names an alias that does not exist, and the existing ones", async () => {
    const stage = new Stage();
    stage.cloud.aliases.delete("111111111111/eu-west-1 alias/app-data");
    stage.cloud.addKey(stage.source, "alias/app-dates", { Version: "2012-10-17", Statement: [] });
    const found = (await problems(stage)).filter(({ check }) => check === "listed-keys");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ subject: "web", state: "failed", account: "111111111111" });
    expect(found[0]?.what).toMatch(
      /the key alias\/app-data of account 111111111111 in eu-west-1 does not exist; existing aliases are .*alias\/app-dates/,
    );
  });

  it("names a deploy role that cannot be assumed, which does not prevent runs", async () => {
    const stage = new Stage();
    stage.deployer.closedAccounts.add("222222222222");
    const { findings, ok } = await look(stage);
    const found = findings.filter(({ check, state }) => check === "deploy-roles" && state !== "passed");
    expect(ok).toBe(true);
    expect(found.map(({ subject, state, account }) => [subject, state, account])).toEqual([
      ["account prod", "unknown", "222222222222"],
    ]);
    expect(found[0]?.fix).toContain(`arn:aws:iam::222222222222:role/${prod(stage).account.deployRole}`);
  });

  it("reports an account that cannot be accessed once, and checks the others", async () => {
    const stage = new Stage();
    stage.cloud.closedAccounts.add("333333333333");
    const found = await only(stage);
    expect(found).toMatchObject({
      check: "credentials",
      subject: "account staging",
      account: "333333333333",
    });
    const { findings } = await look(stage);
    expect(findings.some(({ subject }) => subject.startsWith("web -> prod"))).toBe(true);
  });

  it.each<[string, (stage: Stage) => void, Partial<Finding>, RegExp, RegExp]>([
    [
      "a Region that is off in a destination",
      (stage) => stage.cloud.settings.of(prod(stage)).regions.set("eu-central-1", "not-opted-in"),
      { check: "regions", state: "failed", account: "222222222222" },
      /eu-central-1 is not enabled in account 222222222222/,
      /must enable the Region/,
    ],
    [
      "the source's Region, which is off in a destination",
      (stage) => stage.cloud.settings.of(prod(stage)).regions.set("eu-west-1", "not-opted-in"),
      { check: "regions", state: "failed", account: "222222222222" },
      /eu-west-1 is not enabled in account 222222222222/,
      /must enable the Region/,
    ],
    [
      "a key pending deletion",
      (stage) => {
        const key = homeKey(stage);
        if (key !== undefined) key.state = "PendingDeletion";
      },
      { check: "destination-keys", state: "failed", account: "222222222222" },
      /is PendingDeletion/,
      /cancel its deletion/,
    ],
    [
      "a disabled key of the source",
      (stage) => {
        const key = stage.cloud.keys.get(stage.keyArn(stage.source, "alias/app-data"));
        if (key !== undefined) key.state = "Disabled";
      },
      { check: "source-key-states", state: "failed", account: "111111111111" },
      /is Disabled/,
      /enable it/,
    ],
    [
      "an archived snapshot",
      (stage) => {
        const [snapshot] = stage.cloud.snapshots;
        if (snapshot !== undefined) snapshot.view.archived = true;
      },
      { check: "snapshots", state: "failed", account: "111111111111" },
      /archived snapshots can be neither shared nor copied/,
      /restore it to the standard tier/,
    ],
    [
      "a name that another image has",
      (stage) => stage.cloud.addImage(prod(stage), "web-1", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]),
      { check: "names", state: "failed", account: "222222222222", subject: "web -> prod eu-central-1" },
      /has another image with the name "web-1"/,
      /must deregister ami-\d+/,
    ],
    [
      "a name that our own copy of an earlier image has",
      (stage) => {
        stage.cloud.addCopy(prod(stage), "web-1", {
          "keyferry:topology": "acme",
          "keyferry:node": "web/final/prod/eu-central-1",
          "keyferry:role": "final",
        });
      },
      { check: "names", state: "failed", account: "222222222222", subject: "web -> prod eu-central-1" },
      /has a copy of ami-0ldc0ffee in eu-central-1 with the same name "web-1"/,
      /create the source image under another name/,
    ],
    [
      "Allowed AMIs that do not allow the source account",
      (stage) => {
        stage.cloud.settings.of(stage.place("prod", "eu-west-1")).allowedImages = {
          state: "enabled",
          criteria: [{ providers: ["amazon"], isNarrower: false }],
        };
      },
      { check: "allowed-images", state: "failed", account: "222222222222" },
      /does not allow images of account 111111111111/,
      /add 111111111111 to the image providers/,
    ],
    [
      "Allowed AMIs that allow only some images of the source account",
      (stage) => {
        stage.cloud.settings.of(stage.place("prod", "eu-west-1")).allowedImages = {
          state: "enabled",
          criteria: [{ providers: ["111111111111"], isNarrower: true }],
        };
      },
      { check: "allowed-images", state: "unknown" },
      /only some images of account 111111111111, by their names/,
      /add 111111111111/,
    ],
    [
      "a quota that is used up",
      (stage) => {
        const place = prod(stage);
        for (let i = 0; i < 20; i += 1) {
          const id = stage.cloud.addImage(place, `other-${i}`, [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
          for (const snapshot of stage.cloud.snapshotsOf(stage.cloud.image(id)))
            snapshot.view.state = "pending";
        }
      },
      { check: "quotas", state: "failed", account: "222222222222" },
      /20 snapshots are in progress/,
      /higher quota/,
    ],
    [
      "a quota lower than AWS's default that is used up",
      (stage) => {
        stage.cloud.copyQuotas.set("222222222222/eu-central-1", { value: 1, kind: "default" });
        const id = stage.cloud.addImage(prod(stage), "other", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
        for (const snapshot of stage.cloud.snapshotsOf(stage.cloud.image(id)))
          snapshot.view.state = "pending";
      },
      { check: "quotas", state: "failed", account: "222222222222", subject: "prod eu-central-1" },
      /1 snapshots are in progress .* AWS allows 1 copies at a time/,
      /higher quota of concurrent snapshot copies in .* from AWS Support/,
    ],
    [
      "an account that has reached its quota of images",
      (stage) => {
        stage.cloud.addImage(prod(stage), "other", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
        stage.cloud.mayOwn.set("222222222222/eu-central-1", { images: 1, snapshots: 100 });
      },
      { check: "quotas", state: "failed", account: "222222222222", subject: "prod eu-central-1" },
      /has 1 of 1 images/,
      /higher quota "AMIs" in eu-central-1/,
    ],
    [
      "a runner role that may not read quotas",
      (stage) => {
        stage.cloud.copyQuotas.set("222222222222/eu-central-1", quotasDenied());
      },
      { check: "quotas", state: "unknown", account: "222222222222", subject: "prod eu-central-1" },
      /AWS's documented 20 copies at a time \(0 in progress\): .*servicequotas:ListServiceQuotas/,
      /npx keyferry deploy/,
    ],
    [
      "a quota that Service Quotas does not list",
      (stage) => stage.cloud.copyQuotas.set("222222222222/eu-central-1", undefined),
      { check: "quotas", state: "unknown", account: "222222222222", subject: "prod eu-central-1" },
      /does not list the quota "Concurrent snapshot copies per destination Region"/,
      /set --max-copies/,
    ],
    [
      "a service control policy",
      (stage) => {
        stage.cloud.settings.of(prod(stage)).refusal = denied(
          "with an explicit deny in a service control policy",
        );
      },
      { check: "try-copy", state: "failed", subject: "web -> prod eu-central-1" },
      /forbidden by a service control policy/,
      /management account/,
    ],
    [
      "a launch that failed for its key",
      (stage) =>
        stage.cloud.settings.of(prod(stage)).launches.set("keyferry-acme-web", {
          state: "Cancelled",
          message: "Client.InternalError: Client error on launch",
        }),
      { check: "launches", state: "failed", account: "222222222222" },
      /cannot launch: Client\.InternalError: Client error on launch: .*the service-linked role/,
      /AWSServiceRoleForAutoScaling/,
    ],
    [
      "a parameter that cannot show an image",
      (stage) => {
        const name = "222222222222/eu-central-1 /images/web";
        stage.cloud.parameters.set(name, [{ value: "hello", shownAt: 0 }]);
        stage.cloud.parameterTypes.set(name, { type: "String", dataType: "text" });
      },
      { check: "parameters", state: "failed", account: "222222222222" },
      /is a String of the data type text; an image is published in a String of the data type aws:ec2:image/,
      /publishTo/,
    ],
    [
      "an EBS default key that cannot be used",
      (stage) => {
        stage.cloud.settings.of(stage.source).ebsDefaults = { encryptionByDefault: true, key: "key-gone" };
      },
      { check: "ebs-defaults", state: "failed", account: "111111111111" },
      /no longer exists; no one in the account can launch/,
      /another default key/,
    ],
  ])("finds %s, and reports the account and the fix", async (_what, arrange, expected, what, fix) => {
    const stage = new Stage();
    arrange(stage);
    const found = await only(stage);
    expect(found).toMatchObject(expected);
    expect(found.what).toMatch(what);
    expect(found.fix).toMatch(fix);
  });

  it("proves the deployed policies, and names the missing statement", async () => {
    const stage = new Stage();
    const transit = stage.cloud.keys.get(stage.keyArn(stage.source, "alias/keyferry/acme/transit"));
    if (transit === undefined) throw new TypeError("no key");
    const Statement = transit.policy.Statement.filter(({ Sid }) => Sid !== "CopiersGrantToEbs");
    transit.policy = { ...transit.policy, Statement } as PolicyDocument;
    const found = await problems(stage);
    expect(found.map(({ check, state }) => `${check} ${state}`)).toEqual([
      "permissions failed",
      "permissions failed",
    ]);
    expect(found[0]?.what).toContain("kms:CreateGrant on key alias/keyferry/acme/transit of 111111111111");
    expect(found[0]?.fix).toContain("statement CopiersGrantToEbs");
    expect(found[0]?.fix).toContain("npx keyferry deploy 'foundation-*'");
  });

  it("suggests the foundation's key if AWS's own key is the default, without failing", async () => {
    const { findings } = await look(new Stage());
    const advised = findings.filter(({ check, advice }) => check === "ebs-defaults" && advice !== undefined);
    expect(advised.map(({ subject }) => subject)).toEqual([
      "builder eu-west-1",
      "prod eu-central-1",
      "staging eu-west-1",
    ]);
    expect(advised[0]?.advice).toContain("accounts.builder.ebsDefaults: true");
  });

  it("finds defaults that the topology requires and that are not deployed", async () => {
    const asked: TopologyInput = {
      ...TWO_ACCOUNTS,
      accounts: { ...TWO_ACCOUNTS.accounts, builder: { id: "111111111111", ebsDefaults: true } },
    };
    const stage = new Stage(asked);
    expect(await only(stage)).toMatchObject({
      check: "ebs-defaults",
      state: "failed",
      fix: "npx keyferry deploy 'foundation-*'",
    });
    const key = stage.keyArn(stage.source, "alias/keyferry/acme/transit");
    stage.cloud.settings.of(stage.source).ebsDefaults = { encryptionByDefault: true, key };
    expect(await problems(stage)).toEqual([]);
  });

  it("reports what it is not allowed to read as unknown, not as failed", async () => {
    const stage = new Stage();
    const aws = stage.cloud.access();
    const settings = (place: Parameters<typeof aws.settings>[0]) => ({
      ...aws.settings(place),
      ebsDefaults: () => Promise.reject(denied("because no identity-based policy allows the action")),
    });
    const { findings, ok } = await examine(
      { topology: stage.topology, aws: { ...aws, settings } },
      stage.foundation(),
      AWS_SETTINGS,
    );
    expect(ok).toBe(true);
    const unknown = findings.filter(({ state }) => state === "unknown");
    expect(unknown.map(({ check }) => check)).toEqual(["ebs-defaults", "ebs-defaults", "ebs-defaults"]);
    expect(unknown[0]?.what).toContain("request id r-1");
  });
});
