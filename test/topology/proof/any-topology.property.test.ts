import { firstLeak, firstRefused } from "../../_helpers/first-refused";
import { must } from "../../../core/must";
import type { PolicyDocument } from "../../../policy";
import { type ProofDocuments } from "../../../policy/proof";
import { mutations } from "../../../policy/proof/mutations";
import fc from "../../_helpers/fast-check";
import { resolveTopology } from "../../../topology";
import { deniedCalls, distinctCalls, jobCalls, proveTopology, tableDocuments } from "../../../topology/proof";
import { anyTopology } from "../../_helpers/any-topology";

test("the permission table proves every topology, for any names, routes and accounts", () => {
  fc.assert(
    fc.property(anyTopology, (input) => {
      const { ok, failures, leaks } = proveTopology(resolveTopology(input));
      expect({ ok, failures, leaks }).toEqual({ ok: true, failures: [], leaks: [] });
    }),
    { numRuns: 50 },
  );
});

/** The documents, with one change in one document of the permission table; numbers select both. */
function damaged(documents: ProofDocuments, which: number, how: number): ProofDocuments {
  const isOfTable = ({ document }: { readonly document: unknown }) =>
    JSON.stringify(document).includes("Sid");
  const keys = [...documents.keys].filter(([, named]) => isOfTable(named));
  const roles = [...documents.roles].filter(([, { trust }]) => trust !== undefined);
  const changed = (document: unknown) => {
    const all = mutations(document as PolicyDocument);
    return must(all[how % all.length], "a mutation").document;
  };
  const index = which % (keys.length + roles.length);
  if (index < keys.length) {
    const [arn, named] = must(keys[index], "a key");
    return {
      ...documents,
      keys: new Map(documents.keys).set(arn, { ...named, document: changed(named.document) }),
    };
  }
  const [arn, role] = must(roles[index - keys.length], "a role");
  const [named, ...others] = role.identity;
  const identity = [{ ...must(named, "a policy"), document: changed(named?.document) }, ...others];
  return { ...documents, roles: new Map(documents.roles).set(arn, { ...role, identity }) };
}

test("if a document of an account lacks a permission or allows too much, a proof finds the same as a check of each call", () => {
  const found = { narrowed: 0, widened: 0, nothing: 0 };
  fc.assert(
    fc.property(anyTopology, fc.nat(), fc.nat(), (input, which, how) => {
      const topology = resolveTopology(input);
      const documents = damaged(tableDocuments(topology), which, how);
      const calls = distinctCalls(jobCalls(topology));
      const isRefused = firstRefused(calls, documents) !== undefined;
      const isLeaking = firstLeak(deniedCalls(topology, calls), documents) !== undefined;
      const { failures, leaks } = proveTopology(topology, documents);
      expect({ isRefused: failures.length > 0, isLeaking: leaks.length > 0 }).toEqual({
        isRefused,
        isLeaking,
      });
      found[isRefused ? "narrowed" : isLeaking ? "widened" : "nothing"] += 1;
    }),
    { numRuns: 60 },
  );
  expect(found.narrowed).toBeGreaterThan(5);
  expect(found.widened).toBeGreaterThan(5);
});
