import type { Rule } from "../rule";
import { changedCopies } from "./copies";

export const copyKeyChanged: Rule = {
  id: "copy-key-changed",
  description: "What a copy job makes ends under another key; copies that exist keep theirs.",
  severity: "blocking",
  find: (comparison) => changedCopies(comparison, ({ key }) => key, "ends under"),
};
