import fc from "../../_helpers/fast-check";
import { resolveTopology } from "../../../topology";
import { proveTopology } from "../../../topology/proof";
import { anyTopology } from "../../_helpers/any-topology";

test("the permission table proves every topology, whatever its names, ways and accounts", () => {
  fc.assert(
    fc.property(anyTopology, (input) => {
      const { ok, failures, leaks } = proveTopology(resolveTopology(input));
      expect({ ok, failures, leaks }).toEqual({ ok: true, failures: [], leaks: [] });
    }),
    { numRuns: 50 },
  );
});
