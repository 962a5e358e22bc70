import type { ProofCall } from "./call";

/**
 * What follows from the question that a call asks, whoever makes it on what: its action, context and pins. Made once for all
 * calls that were made of one question, which have these as the same objects.
 */
export function byQuestion<T>(make: (call: ProofCall) => T): (call: ProofCall) => T {
  const known = new Map<object, { readonly of: ProofCall; readonly value: T }[]>();
  return (call) => {
    const { action, context } = call.request;
    let found = known.get(context);
    if (found === undefined) known.set(context, (found = []));
    for (const { of, value } of found) {
      if (of.request.action === action && of.pins === call.pins) return value;
    }
    const value = make(call);
    found.push({ of: call, value });
    return value;
  };
}
