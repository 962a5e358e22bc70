import { isKeyferryError } from "../../core/errors";
import { resolveTopology } from "../../topology";
import { anyTopology } from "../_helpers/any-topology";
import { brokenReferences } from "../_helpers/broken-references";
import fc from "../_helpers/fast-check";
import { synthesisedTopology, type Synthesised } from "../_helpers/synthesised";

test("the stacks of any topology refer only to what they declare and to outputs that other stacks have", () => {
  fc.assert(
    fc.property(anyTopology, (input) => {
      let stacks: Readonly<Record<string, Synthesised>> = {};
      try {
        stacks = synthesisedTopology(resolveTopology(input));
      } catch (error) {
        if (!isKeyferryError(error)) throw error;
        fc.pre(false);
      }
      expect(brokenReferences(stacks)).toEqual([]);
    }),
    { numRuns: 30 },
  );
});
