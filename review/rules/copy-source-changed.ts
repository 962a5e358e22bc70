import type { Rule } from "../rule";
import { changedCopies, fromText } from "./copies";

export const copySourceChanged: Rule = {
  id: "copy-source-changed",
  description: "A copy job takes its source from another account or Region, or selects it differently.",
  severity: "blocking",
  find: (comparison) => changedCopies(comparison, fromText, "comes from"),
};
