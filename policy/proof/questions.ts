import { byValue } from "@keyferry/common";
import type { ProofCall } from "./call";
import { serviceOf } from "./refuser";

/** Whatever asks a question. */
export type Asking = Pick<ProofCall, "request" | "pins">;

/** What a call asks, whoever makes it on what. Each number is equal for calls that are equal in what it stands for. */
export interface AskedQuestion {
  /** Of this object. */
  readonly id: number;
  readonly action: string;
  /** Action, pins and context, as somebody sees it who reads some condition keys only. */
  readonly numberFor: (keys: string | undefined) => number;
  /** Service, Region and pins: of such calls one is enough to try actions that are not needed. */
  readonly need: number;
  /** Action, Region and pins: of such calls one is enough to try resources of others. */
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

/** Calls that were made of one question have its context and pins as the same objects: of them one is compared with others. */
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
    for (const { pins, question } of found) if (pins === call.pins) return question;
    const question = questionOf(call);
    found.push({ pins: call.pins, question });
    return question;
  };
}

/** Numbers texts: equal ones alike. There are many questions, and long texts are slow to compare. */
function numbering(): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    if (number === known.size) known.set(text, number);
    return number;
  };
}
