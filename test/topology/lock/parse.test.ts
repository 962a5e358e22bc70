import { ConfigurationError } from "../../../core/errors";
import { EMPTY_LOCK, lockText, mergeLock, parseLock } from "../../../topology";
import { acme } from "../../_helpers/topologies";

const FILE = "keyferry.lock.json";

/** The reported problems of a lock file. */
function problemsOf(text: string) {
  try {
    parseLock(text, FILE);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test("without a file the lock is empty", () => {
  expect(parseLock(undefined, FILE)).toEqual(EMPTY_LOCK);
});

test("a written lock is read back unchanged, and written again as the same text", () => {
  const { lock } = mergeLock(acme(), EMPTY_LOCK);
  const text = lockText(lock);
  expect(parseLock(text, FILE)).toEqual(lock);
  expect(lockText(parseLock(text, FILE))).toBe(text);
});

test("the text does not depend on the order in which topologies and accounts were added", () => {
  const { lock } = mergeLock(acme(), EMPTY_LOCK);
  const accounts = Object.entries(lock.topologies["acme"]?.accounts ?? {}).reverse();
  const other = { topologies: { acme: { accounts: Object.fromEntries(accounts) } }, version: 1 } as const;
  expect(lockText(other)).toBe(lockText(lock));
});

test("every problem of a damaged file is reported together, with the fix", () => {
  const damaged = JSON.stringify({
    version: 1,
    topologies: {
      acme: {
        accounts: {
          "222222222222": {
            name: "prod",
            runnerRole: "r",
            stacks: ["foundation-keys", "attic"],
            keys: { "eu-nowhere-1": {}, "eu-west-1": { home: { state: "lost" }, spare: {} } },
          },
        },
      },
    },
  });
  const problems = problemsOf(damaged);
  expect(problems.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "topologies.acme.accounts.222222222222.stacks[1]",
      "topologies.acme.accounts.222222222222.keys.eu-nowhere-1",
      "topologies.acme.accounts.222222222222.keys.eu-west-1.home.state",
      "topologies.acme.accounts.222222222222.keys.eu-west-1.spare",
    ]),
  );
  expect(problems.at(-1)?.fix).toContain("restore it from version control");
});

test.each([
  ["", "it is not JSON"],
  ["{}\n<<<<<<< HEAD\n", "the conflict markers of an unfinished merge"],
  ['{"lockfileVersion":3,"packages":{}}', "there is no such setting"],
  ['{"version":2,"topologies":{}}', "2 cannot be used"],
  ["[]", "cannot be used"],
])("the file %j is refused", (text, what) => {
  expect(problemsOf(text).map((problem) => problem.what)).toContainEqual(expect.stringContaining(what));
});
