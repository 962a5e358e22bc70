import type { Rule } from "../rule";
import { about } from "./thing";

export const keyReplaced: Rule = {
  id: "key-replaced",
  description: "A key gets another address, stack or kind, so Terraform creates another key in its place.",
  severity: "blocking",
  find: ({ base, head }) =>
    [...base.keys.values()].flatMap((before) => {
      const after = head.keys.get(before.arn);
      if (after === undefined) return [];
      const isMoved = head.moved.get(after.source) === before.source;
      const isReplaced =
        (after.source !== before.source && !isMoved) || after.multiRegion !== before.multiRegion;
      if (!isReplaced) return [];
      const what =
        after.multiRegion === before.multiRegion
          ? `its address becomes ${after.source}, without a moved block`
          : `it ${after.multiRegion ? "becomes" : "is no longer"} a multi-Region key`;
      const message = `${before.label} is replaced by another key: ${what}`;
      return [about(before, message, { before: before.source, after: after.source })];
    }),
};
