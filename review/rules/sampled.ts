import type { Rule } from "../rule";

export const sampled: Rule = {
  id: "sampled",
  description:
    "Conditions have too many combinations of values to test each; those with few unusual values were tested.",
  severity: "notice",
  find: ({ sampled: pairs }) =>
    pairs.map((pair) => ({
      message: `not every combination of condition values was tested for ${pair}`,
      resources: [pair],
      accounts: [],
      sources: [],
    })),
};
