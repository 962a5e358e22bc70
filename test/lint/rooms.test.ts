import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(__dirname, "../..");

/** The rule is an ES module and Jest loads CommonJS, so one child process evaluates all cases. */
function violations(cases: readonly (readonly [string, string])[]): (string | null)[] {
  const script = `
    import { violation } from ${JSON.stringify(path.join(root, "lint/rooms.mjs"))};
    const cases = ${JSON.stringify(cases)};
    console.log(JSON.stringify(cases.map(([file, to]) => violation("/r", "/r/" + file, to) ?? null)));`;
  return JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
  ) as (string | null)[];
}

const allowed = [
  ["policy/a.ts", "../core/must"],
  ["policy/a.ts", "@keyferry/evaluator"],
  ["sandbox/a.ts", "@keyferry/emulator"],
  ["packages/emulator/services/a.ts", "@keyferry/evaluator"],
  ["stacks/a.ts", "../constructs"],
  ["scripts/cli/a.ts", "../engine/run"],
  ["scripts/aws/a.ts", "@aws-sdk/client-ec2"],
  ["demo/a.ts", "../sandbox"],
  ["scripts/planning/a.ts", "../../kinds/kind"],
  ["kinds/registry.ts", "./ami/carry"],
  ["constructs/kms/a.ts", "@cdktf/provider-aws/lib/kms-key"],
  ["hcl/declared/a.ts", "../../constructs/kms/key-arn"],
] as const;
const denied = [
  ["core/a.ts", "../policy"],
  ["policy/a.ts", "../topology"],
  ["constructs/kms/a.ts", "../../topology"],
  ["scripts/engine/a.ts", "../cli/main"],
  ["scripts/steps/a.ts", "@aws-sdk/client-ec2"],
  ["sandbox/a.ts", "../scripts/aws/clients"],
  ["stacks/a.ts", "@keyferry/emulator"],
  ["packages/emulator/services/a.ts", "../../../core/must"],
  ["packages/evaluator/a.ts", "../common/arn"],
  ["packages/evaluator/a.ts", "./test/worlds"],
  ["stacks/a.ts", "../sandbox"],
  ["kinds/ami/carry/a.ts", "../../ebs-snapshot/carry"],
  ["scripts/planning/a.ts", "../../kinds/ami/carry"],
  ["scripts/engine/a.ts", "../../kinds/kind"],
  ["constructs/kms/a.ts", "@cdktf/provider-aws"],
  ["hcl/declared/a.ts", "../../topology"],
] as const;

test("the import table allows the imports of the architecture and refuses all others", () => {
  const verdicts = violations([...allowed, ...denied]);
  expect(verdicts.slice(0, allowed.length)).toEqual(allowed.map(() => null));
  expect(verdicts.slice(allowed.length).filter((verdict) => verdict === null)).toEqual([]);
});
