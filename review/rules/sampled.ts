import type { Rule } from "../rule";

export const sampled: Rule = {
  id: "sampled",
  description:
    "Conditions have too many combinations of values to ask about each; those with few unusual values were asked.",
  severity: "notice",
  find: ({ sampled: pairs }) =>
    pairs.map((pair) => ({
      message: `not every combination of condition values was asked for ${pair}`,
      resources: [pair],
      accounts: [],
      sources: [],
    })),
};
