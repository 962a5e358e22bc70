import { byValue } from "@keyferry/common";
import type { ProofCall } from "./call";
import { serviceOf } from "./refuser";

/** The parts of a call that form a question. */
export type Asking = Pick<ProofCall, "request" | "pins">;

/** What a call asks, without its caller and resource. Each number is equal for calls that are equal in the properties it represents. */
export interface AskedQuestion {
  /** Identifies this object. */
  readonly id: number;
  readonly action: string;
  /** Action, pins and context, as seen by documents that use only these condition keys. */
  readonly numberFor: (keys: string | undefined) => number;
  /** Service, Region and pins: one such call is enough to try actions that are not needed. */
  readonly need: number;
  /** Action, Region and pins: one such call is enough to try other resources. */
  readonly elsewhere: number;
}

/** The question of each call; one object for calls that ask the same. */
export function questions(): (call: Asking) => AskedQuestion {
  const numberOf = numbering();
  const keysIn = byValue((keys: string) => new Set(keys.split(" ")));
  let made = 0;
  const questionOf = byValue(
    ({ request: { action, context }, pins }: Asking): AskedQuestion => {
      const pinned = `${String(context["aws:RequestedRegion"])} ${pins.join()}`;
      return {
        id: (made += 1),
        action,
        need: numberOf(`need ${serviceOf(action)} ${pinned}`),
        elsewhere: numberOf(`elsewhere ${action} ${pinned}`),
        numberFor: byValue((keys: string | undefined) => {
          const read = keys === undefined ? undefined : keysIn(keys);
          const carried = Object.entries(context).filter(([key]) => read?.has(key.toLowerCase()) ?? true);
          return numberOf(JSON.stringify([action, pins, carried]));
        }),
      };
    },
    ({ request: { action, context }, pins }) => JSON.stringify([action, pins, context]),
  );
  return rememberedByContext(questionOf);
}

/** Calls that were created from one question share its context and pins as the same objects, so only one of them is compared by value. */
function rememberedByContext(questionOf: (call: Asking) => AskedQuestion): (call: Asking) => AskedQuestion {
  const known = new Map<
    object,
    Map<string, { readonly pins: readonly string[]; readonly question: AskedQuestion }[]>
  >();
  return (call) => {
    const { action, context } = call.request;
    let ofContext = known.get(context);
    if (ofContext === undefined) known.set(context, (ofContext = new Map()));
    let found = ofContext.get(action);
    if (found === undefined) ofContext.set(action, (found = []));
    const sameObjects = found.find(({ pins }) => pins === call.pins);
    if (sameObjects !== undefined) return sameObjects.question;
    const question = questionOf(call);
    found.push({ pins: call.pins, question });
    return question;
  };
}

/** Gives equal texts the same number. There are many questions, and long texts are slow to compare. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    if (number === known.size) known.set(text, number);
    return number;
  };
}
