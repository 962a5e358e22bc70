import type { ConfigurationError } from "../../core/errors";
import { copyJobs, resolveTopology, selectJobs } from "../../topology";

const image = (name: string, to: readonly { account: string; regions: string[] }[]) => ({
  from: { account: "builder", region: "eu-west-1", newest: { name: `${name}-*` } },
  to,
});

const TOPOLOGY = resolveTopology({
  name: "acme",
  accounts: {
    builder: { id: "111111111111" },
    prod: { id: "222222222222" },
    staging: { id: "333333333333" },
    web: { id: "444444444444" },
  },
  images: {
    web: image("web", [
      { account: "prod", regions: ["eu-central-1", "us-east-1"] },
      { account: "staging", regions: ["eu-central-1"] },
    ]),
    api: image("api", [
      { account: "prod", regions: ["us-east-1"] },
      { account: "web", regions: ["eu-central-1"] },
    ]),
  },
});

const selected = (...words: string[]) =>
  copyJobs(TOPOLOGY)
    .filter(selectJobs(TOPOLOGY, words).includes)
    .map(({ id }) => id);

function problems(...words: string[]) {
  try {
    selectJobs(TOPOLOGY, words);
  } catch (error) {
    return (error as ConfigurationError).problems;
  }
  return [];
}

describe("a selection", () => {
  it.each([
    [["api"], ["api -> prod us-east-1", "api -> web eu-central-1"]],
    [["staging"], ["web -> staging eu-central-1"]],
    [["333333333333"], ["web -> staging eu-central-1"]],
    [["us-east-1"], ["web -> prod us-east-1", "api -> prod us-east-1"]],
    [
      ["prod", "us-east-1"],
      ["web -> prod us-east-1", "api -> prod us-east-1"],
    ],
    [
      ["prod", "staging", "eu-central-1"],
      ["web -> prod eu-central-1", "web -> staging eu-central-1"],
    ],
    [["image:web", "222222222222", "us-east-1"], ["web -> prod us-east-1"]],
    [["rule:web", "222222222222", "us-east-1"], ["web -> prod us-east-1"]],
    [["account:web"], ["api -> web eu-central-1"]],
  ])("of %j is %j", (words, jobs) => {
    expect(selected(...words)).toEqual(jobs);
  });

  it("reports all unknown words together, with suggestions", () => {
    const found = problems("wep", "stagin", "eu-centrl-1", "222222222223", "api");
    expect(found.map(({ fix }) => fix)).toEqual([
      "write web",
      "write staging",
      "write eu-central-1",
      "write 222222222222",
    ]);
    expect(found[0]?.allowed).toBe(
      "rules web, api; accounts prod, staging, web; Regions eu-central-1, us-east-1",
    );
  });

  it("names the prefixes if a word has two meanings", () => {
    expect(problems("web")).toEqual([
      {
        path: "only",
        what: '"web" is a rule and an account',
        fix: "add a prefix: rule:web or account:web",
      },
    ]);
  });

  it.each([
    ["builder", 'no rule has the account "builder" as a destination'],
    ["eu-west-1", '"eu-west-1" is not a rule, a destination account or a destination Region'],
    ["region:prod", '"region:prod" is not a rule, a destination account or a destination Region'],
  ])("of %s, into which nothing is copied, is reported", (word, what) => {
    expect(problems(word)).toMatchObject([{ what }]);
  });

  it("that matches no copy job lists the existing ones", () => {
    const [problem] = problems("image:web", "account:web");
    expect(problem?.what).toBe("no copy job matches image:web and account:web together");
    expect(problem?.allowed).toContain("web -> staging eu-central-1");
  });
});
