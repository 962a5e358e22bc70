import type { Rule } from "../rule";
import { changedCopies } from "./copies";

export const copyKeyChanged: Rule = {
  id: "copy-key-changed",
  description: "New copies of a copy job are encrypted under another key; existing copies keep theirs.",
  severity: "blocking",
  find: (comparison) => changedCopies(comparison, ({ key }) => key, "ends under"),
};
