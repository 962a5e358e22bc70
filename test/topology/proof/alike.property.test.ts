import { firstLeak } from "../../_helpers/first-refused";
import { must } from "../../../core/must";
import type { PolicyDocument } from "../../../policy";
import type { NamedDocument } from "@keyferry/evaluator";
import { judgeCall, partiesBefore, refusedCalls, type ProofDocuments } from "../../../policy/proof";
import { needlessOn } from "../../../policy/proof/other-actions";
import { mutations, type Mutation } from "../../../policy/proof/mutations";
import { resolveTopology, type Topology } from "../../../topology";
import { deniedCalls, distinctCalls, jobCalls, tableDocuments } from "../../../topology/proof";

/** Three builders that copy into three accounts, so that many documents treat roles and keys the same. */
function several(): Topology {
  const names = ["one", "two", "three"];
  const to = names.map((account) => ({ account, regions: ["eu-west-1", "eu-central-1"] }));
  return resolveTopology({
    name: "several",
    accounts: Object.fromEntries(names.map((name, index) => [name, { id: `${index + 1}`.repeat(12) }])),
    images: Object.fromEntries(
      names.map((account) => [
        `by-${account}`,
        {
          from: { account, region: "eu-west-1", newest: { name: "web-*" }, keys: ["alias/app"] },
          to,
          publishTo: `/images/${account}`,
        },
      ]),
    ),
  });
}

/** The resource that is evaluated first, and one that is treated as equal to it. */
const ACCOUNTS = ["111111111111", "333333333333"];

const topology = several();
const table = tableDocuments(topology);
const calls = distinctCalls(jobCalls(topology));
const everyQuestion = [...deniedCalls(topology, calls)];

/** The documents, with one document of an account replaced by each of its mutations of a kind. */
function* mutated(
  account: string,
  kind: Mutation["kind"],
): Generator<{ readonly what: string; readonly documents: ProofDocuments }> {
  const changed = (named: NamedDocument) =>
    mutations(named.document as PolicyDocument).filter((mutation) => mutation.kind === kind);
  const ofIt = (arn: string) => arn.includes(`:${account}:`);
  const ofOurs = ({ document }: NamedDocument) => JSON.stringify(document).includes("kms:ViaService");
  for (const [arn, named] of [...table.keys].filter(([key, it]) => ofIt(key) && ofOurs(it)).slice(-2)) {
    for (const { row, what, document } of changed(named)) {
      const keys = new Map(table.keys).set(arn, { ...named, document });
      yield { what: `${named.name}: ${row} ${what}`, documents: { ...table, keys } };
    }
  }
  for (const [arn, role] of [...table.roles].filter(([name]) => ofIt(name))) {
    for (const named of role.trust === undefined ? [] : role.identity) {
      for (const { row, what, document } of changed(named)) {
        const roles = new Map(table.roles).set(arn, { ...role, identity: [{ ...named, document }] });
        yield { what: `${named.name}: ${row} ${what}`, documents: { ...table, roles } };
      }
    }
  }
}

/** The documents, with one additional action for the runner role of an account on one resource of its calls. */
function* widenedOnOne(account: string) {
  const ofAccount = calls.filter(({ request }) => request.principal.account === account);
  for (const resource of new Set(ofAccount.map(({ request }) => request.resource))) {
    const { action: asked, principal } = must(
      ofAccount.find(({ request }) => request.resource === resource),
      "a call on the resource",
    ).request;
    const role = table.roles.get(principal.roleArn ?? "");
    for (const action of role === undefined ? [] : needlessOn(asked)) {
      const [named, ...others] = must(role, "the policies of the role").identity;
      const document = must(named, "a policy of the role").document as PolicyDocument;
      const more = { Sid: "More", Effect: "Allow", Action: [action], Resource: [resource] };
      const identity = [
        {
          ...must(named, "a policy of the role"),
          document: { ...document, Statement: [...document.Statement, more] },
        },
        ...others,
      ];
      const roles = new Map(table.roles).set(principal.roleArn ?? "", { ...role, identity });
      yield { what: `${action} on ${resource}`, documents: { ...table, roles } };
    }
  }
}

/** The leaks that are found must be exactly those that are found if each question is evaluated by itself. */
function expectSameLeaks(changed: Iterable<{ readonly what: string; readonly documents: ProofDocuments }>) {
  const differing: string[] = [];
  let leaking = 0;
  for (const { what, documents } of changed) {
    const each = firstLeak(everyQuestion, documents) !== undefined;
    const once = firstLeak(deniedCalls(topology, calls, partiesBefore(documents)), documents) !== undefined;
    if (each !== once) differing.push(what);
    if (each) leaking += 1;
  }
  expect(differing).toEqual([]);
  expect(leaking).toBeGreaterThan(50);
}

test.each(ACCOUNTS)("a proof that evaluates equal calls once finds each leak of account %s", (account) => {
  expectSameLeaks(mutated(account, "widened"));
});

test.each(ACCOUNTS)(
  "a proof that evaluates equal calls once refuses the same calls as separate evaluations, for account %s",
  (account) => {
    let refusing = 0;
    for (const { what, documents } of mutated(account, "narrowed")) {
      const each = calls.filter((call) => !judgeCall(call, documents).allowed);
      expect({ what, refused: [...refusedCalls(calls, documents).keys()] }).toEqual({ what, refused: each });
      if (each.length > 0) refusing += 1;
    }
    expect(refusing).toBeGreaterThan(50);
  },
);

test("one key policy that allows one role more than otherwise equal key policies is found", () => {
  const [, [arn, named] = []] = [...table.keys].filter(([, { document }]) =>
    JSON.stringify(document).includes("kms:ViaService"),
  );
  if (arn === undefined || named === undefined) throw new Error("no key of ours");
  const document = named.document as PolicyDocument;
  const outsider = {
    Sid: "Outsider",
    Effect: "Allow",
    Principal: { AWS: ["*"] },
    Action: ["kms:Decrypt"],
    Resource: ["*"],
    Condition: { StringEquals: { "kms:CallerAccount": ["999999999999"] } },
  };
  const documents = {
    ...table,
    keys: new Map(table.keys).set(arn, {
      ...named,
      document: { ...document, Statement: [...document.Statement, outsider] },
    }),
  };
  const leak = firstLeak(deniedCalls(topology, calls, partiesBefore(documents)), documents);
  expect(leak?.request).toMatchObject({ action: "kms:Decrypt", resource: arn });
});

test.each(ACCOUNTS)("any additional action on a single resource is found, for account %s", (account) => {
  expectSameLeaks(widenedOnOne(account));
});

test("far fewer evaluations are made than there are calls to refuse", () => {
  const once = [...deniedCalls(topology, calls, partiesBefore(table))];
  expect(once.length * 1.5).toBeLessThan(everyQuestion.length);
});
