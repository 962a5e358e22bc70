import { z } from "zod";
import type { Problem } from "../../core/errors";
import { pathText } from "../../core/path-text";
import { shown } from "../../core/shown";

const amount = z.number().min(0);
const account = z.string().regex(/^\d{12}$/, "an account's id has 12 digits");
const place = { account, region: z.string().min(1) };

const copySchema = z.object({
  node: z.string().min(1),
  role: z.enum(["transit", "final"]),
  ...place,
  action: z.enum(["unknown", "copy", "copy-again", "wait", "verify", "remove", "none"]),
  unknown: z.string().optional(),
  dataGiB: amount,
  crossRegionGiB: amount,
});

const ruleSchema = z.object({
  rule: z.string().min(1),
  dataGiB: amount,
  copies: z.array(copySchema).readonly(),
  shares: z.array(z.object(place)).readonly(),
});

const costSchema = z.object({
  currency: z.string().min(1).max(8),
  copies: z.array(z.object({ rule: z.string(), node: z.string(), once: amount, monthly: amount })).readonly(),
  once: amount,
  monthly: amount,
  unpriced: z.array(z.string()).readonly(),
});

const copyPlanSchema = z.object({
  rules: z.array(ruleSchema).readonly(),
  unknown: z.array(z.object({ rule: z.string().min(1), because: z.string() })).readonly(),
  cost: costSchema.optional(),
});

/** What the next `run` would copy, as `keyferry plan --json` and `plan` of the API return it; the rest of a plan is ignored. */
export type CopyPlan = z.output<typeof copyPlanSchema>;

/** A plan, or all problems with it. */
export type ReadCopyPlan = { readonly plan: CopyPlan } | { readonly problems: readonly Problem[] };

const FIX = "write it again: npx keyferry plan --json";

/** Reads and validates the output of `keyferry plan --json`. @param named name of the file in a report */
export function parseCopyPlan(text: string, named: string): ReadCopyPlan {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const what = `it is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    return { problems: [{ path: named, what, fix: FIX }] };
  }
  return checkedCopyPlan(value, named);
}

/** The same for a value. @param named its name in a report */
export function checkedCopyPlan(value: unknown, named: string): ReadCopyPlan {
  const parsed = copyPlanSchema.safeParse(value);
  const shape = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({
        path: pathText(path.map((name) => (typeof name === "symbol" ? String(name) : name))),
        what: `${message}; it is ${shown(valueAt(value, path))}`,
      }));
  const found = parsed.success ? contradictions(parsed.data) : shape;
  if (parsed.success && found.length === 0) return { plan: parsed.data };
  return { problems: found.map((problem) => ({ ...problem, path: `${named}: ${problem.path}`, fix: FIX })) };
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[name] : undefined,
    value,
  );
}

/** Problems that no plan of Keyferry has: duplicates, and costs of copies that are not in the plan. */
function contradictions({ rules, unknown, cost }: CopyPlan): readonly Problem[] {
  const named = [
    ...rules.map(({ rule }, index) => ({ path: `rules[${index}].rule`, id: rule })),
    ...unknown.map(({ rule }, index) => ({ path: `unknown[${index}].rule`, id: rule })),
  ];
  const jobs = rules.flatMap(({ rule, copies, shares }, index) => [
    ...copies.flatMap((copy, at) =>
      copy.role === "final" ? [{ path: `rules[${index}].copies[${at}]`, id: jobId(rule, copy) }] : [],
    ),
    ...shares.map((share, at) => ({ path: `rules[${index}].shares[${at}]`, id: jobId(rule, share) })),
  ]);
  const nodes = rules.flatMap(({ rule, copies }, index) =>
    copies.map(({ node }, at) => ({ path: `rules[${index}].copies[${at}].node`, id: costId(rule, node) })),
  );
  const costs = (cost?.copies ?? []).map(({ rule, node }, index) => ({
    path: `cost.copies[${index}]`,
    id: costId(rule, node),
  }));
  const known = new Set(nodes.map(({ id }) => id));
  const stray = costs.filter(({ id }) => !known.has(id));
  return [
    ...[named, jobs, nodes, costs].flatMap(repeated),
    ...stray.map(({ path, id }) => ({ path, what: `the plan has no copy ${shown(id)}` })),
  ];
}

function repeated(items: readonly { readonly path: string; readonly id: string }[]): readonly Problem[] {
  const seen = new Set<string>();
  return items.flatMap(({ path, id }) => {
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return [{ path, what: `${shown(id)} occurs twice` }];
  });
}

/** Identifies a copy job in two plans and in the output of synthesis. */
export function jobId(rule: string, to: { readonly account: string; readonly region: string }): string {
  return `${rule} ${to.account} ${to.region}`;
}

/** Identifies a copy in the list of costs. */
export function costId(rule: string, node: string): string {
  return `${rule}\n${node}`;
}
