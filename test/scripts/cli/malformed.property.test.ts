import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "../../_helpers/fast-check";
import { malformedTopology } from "../../_helpers/malformed/topology";
import { resolveTopology } from "../../../topology";
import { Stage } from "../fake-aws/stage";
import { give } from "../lib/command";

let cwd: string;
beforeEach(() => {
  cwd = fs.mkdtempSync(path.join(os.tmpdir(), "keyferry-malformed-"));
  fs.writeFileSync(path.join(cwd, "keyferry.config.ts"), "");
});
afterEach(() => fs.rmSync(cwd, { recursive: true }));

/** Every command that reads a topology. */
const COMMANDS = [
  ["plan"],
  ["run"],
  ["run", "--rollback", "web"],
  ["rollout"],
  ["status"],
  ["verify"],
  ["report"],
  ["report", "--offline"],
  ["clean"],
  ["unlock"],
  ["doctor"],
  ["doctor", "--offline"],
  ["keys", "list"],
  ["state-bucket"],
  ["synth"],
  ["deploy", "*"],
  ["diff"],
];

const isWrong = (topology: unknown) => {
  try {
    resolveTopology(topology);
    return false;
  } catch {
    return true;
  }
};

test.each(COMMANDS)(
  "a malformed topology is refused by %s %s with one report, and nothing is written",
  async (...argv) => {
    const stage = new Stage();
    await fc.assert(
      fc.asyncProperty(malformedTopology, async ({ topology }) => {
        fc.pre(isWrong(topology));
        for (const options of [argv, [...argv, "--json"]]) {
          const { exitCode, out, err } = await give(stage, cwd, options, {
            load: () => ({ default: topology }),
          });
          expect({ exitCode, out }).toEqual({ exitCode: 2, out: "" });
          expect(err).not.toMatch(/^\s+at .*:\d+:\d+|a defect of Keyferry|Unexpected/m);
        }
      }),
      { numRuns: 15 },
    );
    expect(fs.readdirSync(cwd)).toEqual(["keyferry.config.ts"]);
  },
);
