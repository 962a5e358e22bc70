import { z } from "zod";
import { jobId } from "./copy-plan";

const place = { account: z.string(), region: z.string() };

const copySchema = z.strictObject({
  rule: z.string(),
  kind: z.string(),
  from: z.strictObject({ ...place, source: z.string() }),
  to: z.strictObject(place),
  route: z.enum(["copy", "copy-to-share", "share", "store-restore", "register-image"]),
  transfersTogether: z.boolean(),
  key: z.string(),
});

const copiesSchema = z.strictObject({ version: z.literal(1), copies: z.array(copySchema) });

/** A copy job as synthesis writes it next to the stacks. */
export type DeclaredCopy = z.output<typeof copySchema>;

/** Reads the file next to the stacks and validates it. */
export function parseCopies(
  text: string,
): { readonly copies: readonly DeclaredCopy[] } | { readonly problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { problem: `it is not valid JSON: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
  const parsed = copiesSchema.safeParse(value);
  if (parsed.success) return { copies: parsed.data.copies };
  const [issue] = parsed.error.issues;
  return {
    problem: `it does not have the format that synthesis writes: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
  };
}

/** Copy jobs by rule and destination, which identify them on both sides; undefined where a synthesis does not list them. */
export function copiesOf(
  copies: readonly DeclaredCopy[] | undefined,
): ReadonlyMap<string, DeclaredCopy> | undefined {
  return copies && new Map(copies.map((copy) => [jobId(copy.rule, copy.to), copy]));
}
