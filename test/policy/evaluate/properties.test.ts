import fc from "fast-check";
import {
  documentProblems,
  evaluate,
  type AccessRequest,
  type Documents,
  type MissingHalf,
  type NamedDocument,
} from "../../../policy/evaluate";
import { anyJson, documents, identityPolicy, looseDocuments, request } from "./arbitraries";

const RUNS = { numRuns: 500 };

test("another Deny never allows more", () => {
  fc.assert(
    fc.property(request, documents, identityPolicy, fc.nat(), (asked, given, extra, place) => {
      const denies = { ...extra, document: statementsAs(extra, "Deny") };
      const identity = [...(given.identity ?? [])];
      identity.splice(place % (identity.length + 1), 0, denies);
      fc.pre(!evaluate(asked, given).allowed);
      expect(evaluate(asked, { ...given, identity }).allowed).toBe(false);
    }),
    RUNS,
  );
});

test("a Deny on everything allows nothing, in whichever document it stands", () => {
  const deny = { Effect: "Deny", Action: "*", Resource: "*" };
  const places: ((given: Documents) => Documents)[] = [
    (given) => ({ ...given, identity: [...(given.identity ?? []), document([deny])] }),
    (given) => ({ ...given, session: [...(given.session ?? []), document([deny])] }),
    (given) => ({ ...given, boundary: document([deny]) }),
  ];
  fc.assert(
    fc.property(request, documents, fc.constantFrom(...places), (asked, given, add) => {
      expect(evaluate(asked, add(given))).toMatchObject({ allowed: false, reason: "explicit-deny" });
    }),
    RUNS,
  );
});

test("the order of documents, statements and grants never matters", () => {
  fc.assert(
    fc.property(request, documents, (asked, given) => {
      expect(evaluate(asked, reversed(given))).toEqual(evaluate(asked, given));
    }),
    RUNS,
  );
});

test("a boundary never widens", () => {
  fc.assert(
    fc.property(request, documents, identityPolicy, (asked, given, boundary) => {
      const within = evaluate(asked, { ...given, boundary }).allowed;
      expect(within && !evaluate(asked, { ...given, boundary: undefined }).allowed).toBe(false);
    }),
    RUNS,
  );
});

test("session policies never widen", () => {
  fc.assert(
    fc.property(request, documents, identityPolicy, (asked, given, session) => {
      const within = evaluate(asked, { ...given, session: [session] }).allowed;
      expect(within && !evaluate(asked, { ...given, session: undefined }).allowed).toBe(false);
    }),
    RUNS,
  );
});

test("no JSON makes it throw, and every answer is complete", () => {
  fc.assert(
    fc.property(request, looseDocuments, (asked, given) => {
      const verdict = evaluate(asked, given);
      const reasons = "missing" in verdict ? verdict.missing : verdict.by;
      expect(reasons.length).toBeGreaterThan(0);
    }),
    RUNS,
  );
});

test("no JSON makes documentProblems throw", () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      expect(documentProblems(json).every((problem) => problem.length > 0)).toBe(true);
    }),
    RUNS,
  );
});

test("what is said to be missing names the request and, once added, allows it", () => {
  fc.assert(
    fc.property(request, documents, (asked, { identity, resource, grants }) => {
      const given = { identity, resource, grants };
      const verdict = evaluate(asked, given);
      fc.pre("missing" in verdict);
      const missing = "missing" in verdict ? verdict.missing : [];
      for (const { what, account } of missing) {
        expect(what).toContain(asked.action);
        expect(what).toContain(asked.resource);
        expect(what).toContain(`Account ${account} `);
      }
      const completed = missing.reduce<Documents>((all, half) => addHalf(asked, all, half), given);
      expect(evaluate(asked, completed).allowed).toBe(true);
    }),
    RUNS,
  );
});

function addHalf(
  { action, resource, principal }: AccessRequest,
  given: Documents,
  { side }: MissingHalf,
): Documents {
  const allow = { Effect: "Allow", Action: action };
  if (side === "identity") {
    return { ...given, identity: [...(given.identity ?? []), document([{ ...allow, Resource: resource }])] };
  }
  const who =
    principal.kind === "service" ? { Service: principal.arn } : { AWS: principal.roleArn ?? principal.arn };
  const trust = action === "sts:AssumeRole";
  const statement = { ...allow, Principal: who, ...(trust ? {} : { Resource: "*" }) };
  return { ...given, resource: document([...statementsOf(given.resource), statement]) };
}

function document(statements: readonly unknown[]): NamedDocument {
  return { name: "added", document: { Version: "2012-10-17", Statement: statements } };
}

function statementsOf(named: NamedDocument | undefined): readonly object[] {
  return (named?.document as { Statement: readonly object[] } | undefined)?.Statement ?? [];
}

function statementsAs(named: NamedDocument, effect: string): object {
  return {
    Version: "2012-10-17",
    Statement: statementsOf(named).map((statement) => ({ ...statement, Effect: effect })),
  };
}

function reversed({ identity, boundary, session, resource, grants }: Documents): Documents {
  const statements = (named: NamedDocument): NamedDocument => ({
    ...named,
    document: { Version: "2012-10-17", Statement: [...statementsOf(named)].reverse() },
  });
  return {
    identity: identity?.map(statements).reverse(),
    boundary: boundary && statements(boundary),
    session: session?.map(statements).reverse(),
    resource: resource && statements(resource),
    grants: grants && [...grants].reverse(),
  };
}
