import fc from "../../../test/_helpers/fast-check";
import {
  canonicalDocument,
  documentProblems,
  evaluate,
  isAllowed,
  isRefused,
  type Documents,
  type MissingHalf,
  type NamedDocument,
  type Verdict,
} from "..";
import { dice, type Dice } from "./dice";
import { withOddParts } from "./odd-json";
import {
  denyingDocument,
  identityDocument,
  named,
  OTHER,
  OWNER,
  policy,
  resourceDocument,
  world,
  type World,
} from "./worlds";

/** 10,000 worlds, each with its own random choices for what is changed in it. */
function inEveryWorld(holds: (given: World, roll: Dice) => boolean): void {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const roll = dice(seed);
      const given = world(roll);
      if (!holds(given, roll)) throw new Broken(JSON.stringify(given, undefined, 1));
    }),
    { numRuns: 10_000 },
  );
}

class Broken extends Error {}

const allowed = ({ request, documents }: World) => evaluate(request, documents).allowed;
const changed = (given: World, documents: Documents): World => ({
  ...given,
  documents: { ...given.documents, ...documents },
});

test("the result without reasons is the same as the one with reasons", () => {
  inEveryWorld(({ request, documents }, roll) => {
    const unread = {
      name: "boundary",
      kind: roll.one(["identity", "resource", "limit"] as const),
      why: "unread",
    } as const;
    return [documents, { ...documents, unread: [unread] }].every((all) => {
      const verdict = evaluate(request, all);
      const refused = !verdict.allowed && verdict.reason !== "unknown";
      return isAllowed(request, all) === verdict.allowed && isRefused(request, all) === refused;
    });
  });
});

test("an additional Deny never allows more", () => {
  inEveryWorld((given, roll) => {
    const deny = named("more", denyingDocument(roll));
    const more = changed(given, { identity: insert(given.documents.identity ?? [], deny, roll) });
    return allowed(given) || !allowed(more);
  });
});

test("an additional Deny in the resource's policy never allows more", () => {
  inEveryWorld((given, roll) => {
    const deny = statementsOf(resourceDocument(roll)).map((statement) => ({ ...statement, Effect: "Deny" }));
    const statements = [...deny, ...statementsOf(given.documents.resource?.document)];
    const more = changed(given, { resource: named("resource", policy(statements)) });
    return allowed(given) || !allowed(more);
  });
});

test("a Deny on everything allows nothing, in any of the principal's documents", () => {
  const deny = named("deny", policy([{ Effect: "Deny", Action: "*", Resource: "*" }]));
  inEveryWorld((given, roll) => {
    const { identity = [], session = [] } = given.documents;
    const denied = roll.one([
      { identity: [...identity, deny] },
      { session: [...session, deny] },
      { boundary: deny },
    ]);
    const verdict = evaluate(given.request, changed(given, denied).documents);
    return !verdict.allowed && verdict.reason === "explicit-deny";
  });
});

test("the order of documents, statements and grants is irrelevant", () => {
  inEveryWorld((given) => {
    const verdict = evaluate(given.request, numbered(given.documents));
    const other = evaluate(given.request, reversed(numbered(given.documents)));
    return JSON.stringify(other) === JSON.stringify(verdict);
  });
});

test.each<[string, (narrowing: NamedDocument, given: Documents) => [Documents, Documents]]>([
  ["a boundary", (narrowing) => [{ boundary: undefined }, { boundary: narrowing }]],
  ["a session policy", (narrowing) => [{ session: undefined }, { session: [narrowing] }]],
  [
    "a level of SCPs",
    (narrowing, { serviceControlPolicies: levels = [] }) => [
      {},
      { serviceControlPolicies: [...levels, [narrowing]] },
    ],
  ],
])("%s never allows more", (_what, narrow) => {
  inEveryWorld((given, roll) => {
    // a federated user without session policies has none of the user's permissions
    if (given.request.principal.kind === "federated-user") return true;
    const [without, within] = narrow(named("narrowing", identityDocument(roll)), given.documents);
    return !allowed(changed(given, within)) || allowed(changed(given, without));
  });
});

test("a level of RCPs never allows more", () => {
  inEveryWorld((given, roll) => {
    const { resourceControlPolicies: levels = [] } = given.documents;
    const level = [named("narrowing", resourceDocument(roll))];
    return !allowed(changed(given, { resourceControlPolicies: [...levels, level] })) || allowed(given);
  });
});

test("renaming accounts consistently keeps verdicts", () => {
  const names = new Map([
    [OWNER, "999999999999"],
    [OTHER, "000000000003"],
  ]);
  const renamedText = (text: string) =>
    text.replace(/\d{12}(?!\d)/g, (account) => names.get(account) ?? account);
  const rename = <T>(json: T): T => JSON.parse(renamedText(JSON.stringify(json))) as T;
  const renamed = once(rename);
  inEveryWorld(({ request, documents: { grants, ...documents } }) => {
    const verdict = evaluate(request, { grants, ...documents });
    const there = { ...everyDocument(documents, renamed), grants: grants && rename(grants) };
    return JSON.stringify(evaluate(rename(request), there)) === renamedText(JSON.stringify(verdict));
  });
});

test("the canonical form of a document is its own canonical form, and decides alike", () => {
  const canonical = once(canonicalDocument);
  const unchanged = once(
    (document) => JSON.stringify(canonicalDocument(document)) === JSON.stringify(document),
  );
  inEveryWorld(({ request, documents }) => {
    let same = true;
    const read = everyDocument(documents, (document) => {
      same &&= unchanged(canonical(document)) === true;
      return canonical(document);
    });
    return same && JSON.stringify(evaluate(request, read)) === JSON.stringify(evaluate(request, documents));
  });
});

test("no JSON makes it throw, and every result is complete", () => {
  const odd = Array.from({ length: 1500 }, (_, index) => {
    const roll = dice(index);
    return withOddParts(roll, roll.oneIn(2) ? resourceDocument(roll) : identityDocument(roll));
  });
  inEveryWorld(({ request, documents }, roll) => {
    const context = withOddParts(roll, request.context) as typeof request.context;
    const verdict = evaluate(
      { ...request, context: context ?? {} },
      everyDocument(documents, () => roll.one(odd)),
    );
    return reasonsOf(verdict).length > 0;
  });
});

test("no JSON makes documentProblems throw", () => {
  inEveryWorld((_given, roll) => {
    const document = withOddParts(roll, resourceDocument(roll));
    const problems = documentProblems(document);
    return (
      problems.every((problem) => problem !== "") &&
      (problems.length > 0 || canonicalDocument(document) !== undefined)
    );
  });
});

test("the missing permissions name the request, and the suggestions allow it", () => {
  inEveryWorld((given) => {
    const { request, documents } = given;
    const verdict = evaluate(request, documents);
    if (!("missing" in verdict)) return true;
    const says = verdict.missing.every(
      ({ what, account }) =>
        what.includes(request.action) &&
        what.includes(request.resource) &&
        what.includes(`Account ${account} `),
    );
    const impossible = verdict.missing.some((half) => !half.suggested && !half.suggestedGrant);
    const completed = verdict.missing.reduce(addSuggestion, documents);
    return says && (impossible || evaluate(request, completed).allowed);
  });
});

test("suggestions are well formed, and allow nothing to another principal", () => {
  const unrelated = {
    kind: "user",
    account: "333333333333",
    arn: "arn:aws:iam::333333333333:user/u",
  } as const;
  const mayDoAnything = [named("admin", policy([{ Effect: "Allow", Action: "*", Resource: "*" }]))];
  inEveryWorld(({ request, documents }) => {
    const verdict = evaluate(request, documents);
    if (!("missing" in verdict)) return true;
    return verdict.missing.every(({ suggested, document }) => {
      if (suggested === undefined) return true;
      const resource = named("resource", suggestion(suggested));
      const answer = evaluate({ ...request, principal: unrelated }, { identity: mayDoAnything, resource });
      const forEveryone = document === "resource control policy";
      return answer.malformed === undefined && (forEveryone || !answer.allowed);
    });
  });
});

function reasonsOf(verdict: Verdict): readonly unknown[] {
  if (verdict.allowed || verdict.reason === "explicit-deny") return verdict.by;
  return verdict.reason === "unknown" ? verdict.unknown : verdict.missing;
}

/** Many worlds lack the same permissions. */
const suggestions = new Map<string, unknown>();
function suggestion(statement: unknown): unknown {
  const text = JSON.stringify(statement);
  if (!suggestions.has(text)) suggestions.set(text, policy([statement]));
  return suggestions.get(text);
}

function addSuggestion(given: Documents, half: MissingHalf): Documents {
  const { document, level, suggested, suggestedGrant } = half;
  if (suggestedGrant !== undefined) {
    return { ...given, grants: [...(given.grants ?? []), { grantId: "added", ...suggestedGrant }] };
  }
  const added = named("added", suggestion(suggested));
  const into = (other: NamedDocument | undefined) =>
    other === undefined ? added : named("added", policy([...statementsOf(other.document), suggested]));
  const atLevel = (levels: Documents["serviceControlPolicies"] = []) =>
    levels.map((policies, index) => (index === level ? [...policies, added] : policies));
  switch (document) {
    case "identity policy":
      return { ...given, identity: [...(given.identity ?? []), added] };
    case "session policy":
      return { ...given, session: [...(given.session ?? []), added] };
    case "permissions boundary":
      return { ...given, boundary: into(given.boundary) };
    case "service control policy":
      return { ...given, serviceControlPolicies: atLevel(given.serviceControlPolicies) };
    case "resource control policy":
      return { ...given, resourceControlPolicies: atLevel(given.resourceControlPolicies) };
    case "key policy":
    case "trust policy":
    case "resource policy":
    case "grant":
    case "VPC endpoint policy":
    case undefined:
      return { ...given, resource: into(given.resource) };
  }
}

function insert<T>(list: readonly T[], item: T, roll: Dice): T[] {
  return roll.oneIn(2) ? [item, ...list] : [...list, item];
}

function statementsOf(document: unknown): readonly object[] {
  return (document as { Statement: readonly object[] } | undefined)?.Statement ?? [];
}

function everyDocument(given: Documents, change: (document: unknown) => unknown): Documents {
  const each = ({ name, document }: NamedDocument): NamedDocument => ({ name, document: change(document) });
  return {
    ...given,
    identity: given.identity?.map(each),
    boundary: given.boundary && each(given.boundary),
    session: given.session?.map(each),
    resource: given.resource && each(given.resource),
    serviceControlPolicies: given.serviceControlPolicies?.map((level) => level.map(each)),
    resourceControlPolicies: given.resourceControlPolicies?.map((level) => level.map(each)),
  };
}

/** What is derived from a document, once for each document of the pool. */
function once(make: (document: unknown) => unknown): (document: unknown) => unknown {
  const made = new Map<unknown, unknown>();
  return (document) => {
    if (!made.has(document)) made.set(document, make(document));
    return made.get(document);
  };
}

/** Statements without a Sid are identified by their place, which changes with the order. */
let statementNumber = 0;
const numberedDocument = once((document) =>
  policy(statementsOf(document).map((statement) => ({ ...statement, Sid: `S${statementNumber++}` }))),
);
const reversedDocument = once((document) => policy([...statementsOf(document)].reverse()));

function numbered(given: Documents): Documents {
  return everyDocument(given, numberedDocument);
}

/** Levels keep their order: results name them by it. */
function reversed(given: Documents): Documents {
  const turned = everyDocument(given, reversedDocument);
  return {
    ...turned,
    identity: turned.identity && [...turned.identity].reverse(),
    session: turned.session && [...turned.session].reverse(),
    grants: turned.grants && [...turned.grants].reverse(),
    serviceControlPolicies: turned.serviceControlPolicies?.map((level) => [...level].reverse()),
    resourceControlPolicies: turned.resourceControlPolicies?.map((level) => [...level].reverse()),
  };
}
