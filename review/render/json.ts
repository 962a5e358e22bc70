import { z } from "zod";
import type { Review } from "../review";
import { isBlocked } from "../review";

const texts = z.array(z.string());
const contextValue = z.union([z.string(), texts]);

const data = z.strictObject({
  gib: z.number().min(0).describe("GiB that the next run moves."),
  crossRegionGiB: z.number().min(0).describe("Part of it that leaves a Region, in GiB."),
});
const cost = z.strictObject({ currency: z.string(), once: z.number().min(0), monthly: z.number().min(0) });

const findingSchema = z.strictObject({
  rule: z.string().describe("The rule's id."),
  severity: z.enum(["blocking", "notice"]),
  exception: z.string().optional().describe("Why the finding does not block although its rule does."),
  message: z.string().describe("One sentence without a full stop."),
  resources: texts.describe("Display names of the resources that the finding is about."),
  accounts: texts.describe("12-digit ids of the accounts that own them."),
  sources: texts.describe("Where they are declared: stack and address."),
  direction: z.enum(["gained", "lost"]).optional(),
  principal: z.string().optional(),
  actions: texts.optional(),
  witnesses: z
    .array(
      z.strictObject({
        actions: texts,
        context: z
          .record(z.string(), contextValue)
          .describe("Condition values of the request; nothing else is needed."),
        before: z.string(),
        after: z.string(),
      }),
    )
    .optional()
    .describe("The smallest requests whose decisions differ before and after."),
  before: z.string().optional(),
  after: z.string().optional(),
  including: texts.optional().describe("Principals or resources that the finding includes."),
  data: z
    .strictObject({ before: data, after: data })
    .optional()
    .describe("What the next run moves, by two plans of the copies."),
  cost: z
    .strictObject({ before: cost, after: cost })
    .optional()
    .describe("Its cost, by the prices of the plans."),
});

/** What `keyferry review --json` prints: version 1. */
export const reviewSchema = z.strictObject({
  version: z.literal(1),
  blocked: z.boolean(),
  looked: z
    .strictObject({ base: z.int().min(0), head: z.int().min(0) })
    .describe("Number of resources on each side."),
  unreadAsBefore: z
    .int()
    .min(0)
    .describe(
      "Number of policies and resources that cannot be read before the deployment and are unchanged.",
    ),
  findings: z.array(findingSchema),
});

/** The review as JSON, with everything in it. */
export function jsonOf(review: Review): string {
  const { looked, unreadAsBefore, findings } = review;
  return `${JSON.stringify({ version: 1, blocked: isBlocked(review), looked, unreadAsBefore, findings })}\n`;
}

/** The published schema of that JSON. */
export function jsonSchema(): object {
  return z.toJSONSchema(reviewSchema);
}

/** A review that another process wrote, validated against the schema. */
export type ParsedReview =
  | { readonly review: Review }
  | { readonly problems: readonly { readonly path: string; readonly what: string }[] };

/** Reads a review's JSON and refuses anything that is not in the schema. */
export function parseReview(text: string): ParsedReview {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return {
      problems: [
        { path: "", what: `it is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}` },
      ],
    };
  }
  const parsed = reviewSchema.safeParse(value);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map(({ path, message }) => ({
        path: path.map(String).join("."),
        what: message,
      })),
    };
  }
  const { findings, looked, unreadAsBefore } = parsed.data;
  return { review: { findings: findings as Review["findings"], looked, unreadAsBefore } };
}
