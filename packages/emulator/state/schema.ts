/** The requirements that a state file must meet before any of it is used; `moto/schema.py` checks moto's part in the same way. */
import { z } from "zod";
import type { Json } from "../contract";
import type { Captured } from "./capture";

/** A state can be read only by the version with this format. */
export const FORMAT = "keyferry-rehearsal/3";

/** The one name that would change what an object is. */
const RESERVED = "__proto__";

/** The data was parsed from JSON, so not every value has to be checked again. */
const json = z.custom<Json>();
const record = <T extends z.ZodType>(value: T) => z.record(z.string(), value);

const encoded = z.union([
  z.strictObject({ $map: z.array(z.tuple([json, json])) }),
  z.strictObject({ $set: z.array(json) }),
  z.strictObject({ $date: z.iso.datetime() }),
  z.strictObject({ $bytes: z.base64() }),
]);

const file = z.strictObject({
  format: z.literal(FORMAT),
  clock: z.strictObject({
    advanced: z.number().nonnegative(),
    work: z.array(z.strictObject({ inSeconds: z.number(), kind: z.string(), payload: record(json) })),
  }),
  stores: record(record(json)),
  moto: json,
});

/** A state file that was read and whose outer structure is valid. */
export type StateFile = z.infer<typeof file>;

/**
 * The typed file, or what is wrong with it.
 * @param stores the contents of the services of this cloud: a file has the same stores with values of the same kinds
 * @param kinds of background work that have a handler
 */
export function checked(
  value: unknown,
  stores: Readonly<Record<string, Captured>>,
  kinds: ReadonlySet<string>,
): StateFile | string {
  const read = file.safeParse(value);
  if (!read.success) return z.prettifyError(read.error).split("\n").slice(0, 2).join(" ");
  const wrong = [...wrongStores(read.data, stores), ...wrongValues(value), ...wrongWork(read.data, kinds)];
  return wrong[0] ?? read.data;
}

function* wrongStores({ stores }: StateFile, own: Readonly<Record<string, Captured>>): Iterable<string> {
  for (const [store, held] of Object.entries(stores)) {
    const model = own[store];
    if (model === undefined) yield `there is no store ${store}`;
    for (const [property, value] of Object.entries(held)) {
      const kind =
        model === undefined || !Object.hasOwn(model, property) ? undefined : kindOf(model[property]);
      if (kind !== kindOf(value))
        yield `${store}.${property} does not have the type that it has in this version`;
    }
  }
  for (const [store, model] of Object.entries(own)) {
    const missing = Object.keys(model).find((property) => stores[store]?.[property] === undefined);
    if (missing !== undefined && model[missing] !== undefined) yield `${store}.${missing} is missing`;
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.keys(value).find((key) => key.startsWith("$")) ?? "record";
}

/** Every value with a type mark is of that type. Not recursive: a file may be nested to any depth. */
function* wrongValues(read: unknown): Iterable<string> {
  const todo: unknown[] = [read];
  for (let value = todo.pop(); value !== undefined; value = todo.pop()) {
    if (typeof value !== "object" || value === null) continue;
    const keys = Object.keys(value);
    if (keys.includes(RESERVED)) yield "a property has a reserved name";
    const isMarked = keys.length === 1 && ["$map", "$set", "$date", "$bytes"].includes(keys[0] ?? "");
    if (isMarked && !encoded.safeParse(value).success)
      yield `${keys[0] ?? ""} does not contain a value of its type`;
    todo.push(...Object.values(value).filter((inner) => inner !== undefined && inner !== null));
  }
}

function* wrongWork({ clock }: StateFile, kinds: ReadonlySet<string>): Iterable<string> {
  for (const { kind } of clock.work)
    if (!kinds.has(kind)) yield `there is no handler for background work of kind ${kind}`;
}
