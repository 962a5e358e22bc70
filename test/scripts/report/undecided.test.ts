import type { Report } from "../../../scripts/engine/results";
import { reportPage } from "../../../scripts/report/page";
import { outsideTopology } from "../../../scripts/commands/outside";
import { plan } from "../../../scripts/commands/plan";
import { verify } from "../../../scripts/commands/verify";
import { Stage } from "../fake-aws/stage";

const PROD = "222222222222";

async function reportOf(stage: Stage): Promise<Report> {
  const look = { topology: stage.topology, aws: stage.cloud.access(), clock: stage.clock };
  return {
    topology: stage.topology,
    cloud: "aws",
    madeAt: stage.clock.now(),
    seen: {
      plan: await plan(look, []),
      verification: await verify(look),
      outside: await outsideTopology(look, stage.foundation()),
    },
  };
}

describe("what the report leaves to the user to decide", () => {
  it("lists shares that no record explains, with the command that withdraws each", async () => {
    const stage = new Stage();
    await stage.run();
    const source = stage.cloud.image(stage.imageId);
    source.launchPermissions.push(PROD);
    const page = reportPage(await reportOf(stage));
    expect(page).toContain("For you to decide");
    expect(page).toContain(`${stage.imageId} in 111111111111 eu-west-1 is shared with ${PROD}`);
    expect(page).toContain(
      `<code>aws ec2 modify-image-attribute --region eu-west-1 --image-id ${stage.imageId} --launch-permission &quot;Remove=[{UserId=${PROD}}]&quot;</code>`,
    );
  });

  it("lists images that version 0.1 may have made", async () => {
    const stage = new Stage();
    await stage.run();
    const [copy] = stage.cloud.registered(stage.place("prod", "eu-central-1"));
    if (copy === undefined) throw new TypeError("no copy");
    copy.view.tags = Object.fromEntries(
      Object.entries(copy.view.tags).filter(([key]) => key !== "keyferry:parent-image"),
    );
    source(stage).registered = false;
    stage.makeImage("web-2", "mixed");
    const page = reportPage(await reportOf(stage));
    expect(page).toContain("1 image carries the tags of a copy that version 0.1 made");
    expect(page).toContain(`${copy.view.id} in ${PROD} eu-central-1`);
  });

  it("is omitted if everything is explained", async () => {
    const stage = new Stage();
    await stage.run();
    expect(reportPage(await reportOf(stage))).not.toContain("For you to decide");
  });
});

function source(stage: Stage) {
  return stage.cloud.image(stage.imageId);
}
