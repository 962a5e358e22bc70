import { resolveTopology } from "../../../topology";
import { PreflightRefused } from "../../../scripts/engine/errors";
import { expectCarried } from "../fake-aws/expectations";
import { Stage, TWO_ACCOUNTS } from "../fake-aws/stage";

const { web } = TWO_ACCOUNTS.images;

/** Two accounts whose copies are named by a pattern, and that keep two copies. */
function named(copyName?: string) {
  if (web === undefined) throw new TypeError("no rule");
  const to = web.to.map((one) => ({ ...one, keep: 2, ...(copyName === undefined ? {} : { copyName }) }));
  return { ...TWO_ACCOUNTS, images: { web: { ...web, to } } };
}

function edit(stage: Stage, copyName: string): void {
  Object.defineProperty(stage, "topology", { value: resolveTopology(named(copyName)) });
}

const copiesIn = (stage: Stage, account: string, region: string) =>
  stage.cloud
    .registered(stage.place(account, region))
    .filter(({ view }) => view.tags["keyferry:role"] === "final")
    .map(({ view }) => view.name);
const prod = (stage: Stage) => copiesIn(stage, "prod", "eu-central-1");
const copyCalls = (stage: Stage) => stage.cloud.calls.filter((call) => call.startsWith("CopyImage")).length;

describe("copies with a name pattern", () => {
  it("have the names of the pattern, and are verified and published", async () => {
    const stage = new Stage(named("{name} for {account}"));
    expect((await stage.run()).state).toBe("done");
    expect(prod(stage)).toEqual(["web-1 for prod"]);
    expect(copiesIn(stage, "staging", "eu-west-1")).toEqual(["web-1 for staging"]);
    expectCarried(stage);
  });

  it.each(["mixed", "plain"] as const)(
    "are not copied again after a change of the pattern, which names only later copies, and `keep` counts both (%s volumes)",
    async (volumes) => {
      const stage = new Stage(named(), {}, volumes);
      await stage.run();
      const before = copyCalls(stage);
      edit(stage, "{account} {name}");
      expect((await stage.run()).state).toBe("done");
      expect(copyCalls(stage)).toBe(before);
      expectCarried(stage);
      stage.makeImage("web-2", volumes);
      expect((await stage.run()).state).toBe("done");
      expect(prod(stage)).toEqual(["web-1", "prod web-2"]);
      edit(stage, "{name} of {date}");
      stage.makeImage("web-3", volumes);
      expect((await stage.run()).state).toBe("done");
      expect(prod(stage)).toEqual(["prod web-2", expect.stringMatching(/^web-3 of \d{4}-\d\d-\d\d$/)]);
    },
  );

  it("are found by a run that resumes with another pattern", async () => {
    const stage = new Stage(named("{name} one"), {}, "plain");
    const stop = new AbortController();
    await stage.run({
      signal: stop.signal,
      listener: (event) => event.code === "CopyStarted" && stop.abort(),
    });
    edit(stage, "{name} two");
    expect((await stage.run()).state).toBe("done");
    for (const names of [prod(stage), copiesIn(stage, "staging", "eu-west-1")]) expect(names).toHaveLength(1);
  });
});

it("a name that another image already has is refused before anything is copied, and copyName resolves it", async () => {
  const stage = new Stage(named("{name} gold"), {}, "plain");
  const place = stage.place("prod", "eu-central-1");
  stage.cloud.addImage(place, "web-1 gold", [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
  const refused: unknown = await stage.run().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(PreflightRefused);
  expect((refused as PreflightRefused).refusals.map(({ fix }) => fix)).toEqual([
    expect.stringContaining("copyName"),
  ]);
  expect(copyCalls(stage)).toBe(0);
  edit(stage, "{name} silver");
  expect((await stage.run()).state).toBe("done");
  expect(prod(stage)).toEqual(["web-1 silver"]);
});

it("a copy that version 0.1 made through a transit copy is still proved by its name after a pattern is set", async () => {
  const stage = new Stage(named());
  await stage.run();
  for (const image of stage.cloud.registered(stage.place("prod", "eu-central-1")))
    delete (image.view.tags as Record<string, string>)["keyferry:parent-image"];
  edit(stage, "{name} for {account}");
  const before = copyCalls(stage);
  expect((await stage.run()).state).toBe("done");
  expect(copyCalls(stage)).toBe(before);
  expect(prod(stage)).toEqual(["web-1"]);
});
