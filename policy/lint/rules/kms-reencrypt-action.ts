import { all, at, judge } from "../judge";
import { namesService } from "../statement";
import type { Rule } from "../types";

export const kmsReencryptAction: Rule = {
  id: "kms-reencrypt-action",
  appliesTo: "any",
  title: "kms:ReEncrypt is not an action",
  explanation:
    "the operation ReEncrypt needs two actions, kms:ReEncryptFrom on the source key and kms:ReEncryptTo on the destination key; AWS accepts kms:ReEncrypt, which permits nothing although some AWS pages show it",
  fix: "write kms:ReEncrypt*, or kms:ReEncryptFrom and kms:ReEncryptTo",
  source: "Service authorization reference, Actions defined by AWS Key Management Service",
  check: ({ statements }) =>
    judge(
      all(statements, ({ actions }) => actions).filter(({ text }) => namesService(text, "kms")),
      (action) =>
        action.text.toLowerCase() === "kms:reencrypt" ? [at(action, "kms:ReEncrypt permits nothing")] : [],
    ),
};
