import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ConfigurationError, mistakeText } from "../../core/errors";
import { explainWords, readWords } from "../../scripts/engine/explain";
import { explanationText } from "../../scripts/report/event-text";
import { synthesise, synthSettings } from "../../stacks";
import { resolveTopology, type Topology } from "../../topology";
import fc from "../_helpers/fast-check";
import { malformedError } from "../_helpers/malformed/error";
import { malformedTopology } from "../_helpers/malformed/topology";

jest.setTimeout(600_000);

/** Only one in this many valid topologies is synthesised, because synthesis is slow. */
const SYNTHESISED = 4;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-malformed-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function accepted(input: unknown): Topology | undefined {
  try {
    return resolveTopology(input);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(mistakeText(error)).not.toMatch(/^\s+at .*:\d+:\d+/m);
    return undefined;
  }
}

/** An error of the permission proof is also a refusal, and leaves no files. */
function written(topology: Topology): boolean {
  try {
    return synthesise(topology, synthSettings({}, directory)).length > 0;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    expect(readdirSync(directory)).toEqual([]);
    return false;
  }
}

test("10,000 malformed topologies are refused with a report, or can be synthesised", () => {
  let right = 0;
  let synthesised = 0;
  fc.assert(
    fc.property(malformedTopology, ({ topology }) => {
      const resolved = accepted(topology);
      if (resolved === undefined || right++ % SYNTHESISED > 0) return;
      if (written(resolved)) synthesised += 1;
      rmSync(directory, { recursive: true });
      directory = mkdtempSync(path.join(os.tmpdir(), "keyferry-malformed-"));
    }),
    { numRuns: 10_000 },
  );
  expect(synthesised).toBeGreaterThan(5);
});

test("explaining 3,000 malformed texts never fails", () => {
  fc.assert(
    fc.property(malformedError, (text) => {
      for (const heard of readWords(text)) {
        expect(typeof explanationText(explainWords(heard, {}), "")).toBe("string");
      }
    }),
    { numRuns: 3_000 },
  );
});
