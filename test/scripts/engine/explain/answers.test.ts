import { AwsCallError } from "../../../../scripts/aws";
import { explain } from "../../../../scripts/engine/explain";
import { ANSWERS } from "../../../../scripts/engine/explain/answers";
import { lookUp } from "../../../../scripts/engine/explain/look-up";
import { Stage } from "../../fake-aws/stage";
import { ANSWER_CASES, type AnswerCase } from "./cases";

const stage = new Stage();
const context = { topology: stage.topology, aws: stage.cloud.access() };

function answer({ operation, code, message }: Pick<AnswerCase, "operation" | "code" | "message">) {
  const site = { operation, account: "222222222222", region: "eu-central-1" };
  return new AwsCallError(site, { code, message, requestId: "r-1", transient: false });
}

describe("an error of AWS", () => {
  it.each(ANSWER_CASES.map((one) => [`${one.code} of ${one.operation}`, one] as const))(
    "%s is explained: AWS's words first, then cause, fix and account",
    async (_name, one) => {
      const explanation = await explain(context, answer(one), "web/final/prod/eu-central-1");
      expect(explanation.reason).toContain(one.message);
      expect(explanation.reason).toContain("request id r-1");
      expect(explanation.cause).toContain(one.cause);
      expect(explanation.fixes).toHaveLength(1);
      expect(explanation.fixes[0]).toContain(one.fix);
      expect(explanation.account).toBe("account" in one ? one.account : "222222222222");
      expect(`${explanation.cause} ${explanation.fixes[0]}`).not.toMatch(/<\w+>/);
    },
  );

  it("is in the table only if a case tests it", () => {
    const reached = new Set(ANSWER_CASES.map((one) => lookUp(one)));
    expect(ANSWERS.filter((entry) => !reached.has(entry))).toEqual([]);
  });

  it('with an unknown source account names "the source image\'s account"', async () => {
    const one = answer({
      operation: "CopyImage",
      code: "InvalidRequest",
      message: "You do not have permission to access the storage of this ami",
    });
    const explanation = await explain(context, one);
    expect(explanation.fixes[0]).toContain("the source image's account shares the snapshots again");
    expect(explanation.account).toBeUndefined();
  });

  it("that is unknown keeps AWS's full text with its request id", async () => {
    const strange = { operation: "CopyImage", code: "Strange", message: "Nobody has seen this before" };
    const explanation = await explain(context, answer(strange));
    expect(explanation.cause).toBeUndefined();
    expect(explanation.fixes).toEqual([]);
    expect(explanation.reason).toBe(
      "CopyImage in 222222222222 eu-central-1: Strange: Nobody has seen this before (request id r-1)",
    );
  });
});
