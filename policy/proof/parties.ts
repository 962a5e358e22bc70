import { byValue, derived } from "@keyferry/common";
import {
  type AccessRequest,
  principalArn,
  principalSeenBy,
  type RequestPrincipal,
  resourceSeenBy,
  type Sight,
} from "@keyferry/evaluator";
import type { ProofDocuments } from "./documents";
import { DOCUMENTS_OF, type Refuser } from "./refuser";

/** Who asks, on what, and who must decide it: one object for all that the documents do not tell apart. */
export interface Parties {
  /** Condition keys that are read, as `Sight` has them. */
  readonly keys: string | undefined;
}

export type PartiesOf = (request: AccessRequest, refuser: Refuser, principal?: RequestPrincipal) => Parties;

/** The parties as some documents tell them apart, whichever account they are of. */
export const partiesBefore = derived((documents: ProofDocuments): PartiesOf =>
  partiesBy((request, refuser) => {
    const { identity = [], resource, unread } = DOCUMENTS_OF[refuser](request, documents);
    if (refuser !== "identity") return principalSeenBy(resource, request);
    const { text, keys } = resourceSeenBy(identity, request);
    return { text: unread === undefined ? text : `${principalArn(request.principal)} on ${text}`, keys };
  }),
);

/** The same, and each caller and each resource by itself, so that everything is found that is wrong with any of them. */
export const partiesInEachAccount = derived((documents: ProofDocuments): PartiesOf => {
  const partiesOf = partiesBefore(documents);
  const one = byValue<string, (like: Parties) => Parties>(() => byValue((like) => ({ ...like })));
  return (request, refuser, principal = request.principal) =>
    one(refuser === "identity" ? callerOf(principal) : request.resource)(
      partiesOf(request, refuser, principal),
    );
});

/** The parties as the strictest documents might tell them apart. */
export function partiesByName(): PartiesOf {
  return partiesBy(({ principal, resource }) => ({
    text: `${callerOf(principal)} on ${resource}`,
    keys: undefined,
  }));
}

export function callerOf({ roleArn, arn }: RequestPrincipal): string {
  return roleArn ?? arn;
}

function partiesBy(seen: (request: AccessRequest, refuser: Refuser) => Sight): PartiesOf {
  const alike = byValue(
    ({ keys }: Sight): Parties => ({ keys }),
    ({ text }) => text,
  );
  const of: Readonly<Record<Refuser, Map<string, Map<string, Parties>>>> = {
    identity: new Map(),
    resource: new Map(),
    "resource without IAM": new Map(),
  };
  return (request, refuser, principal = request.principal) => {
    const { resource } = request;
    const caller = callerOf(principal);
    let callers = of[refuser].get(resource);
    if (callers === undefined) of[refuser].set(resource, (callers = new Map()));
    let parties = callers.get(caller);
    if (parties === undefined) {
      const { text, keys } = seen({ ...request, principal }, refuser);
      parties = alike({ text: `${refuser}: ${text}`, keys });
      callers.set(caller, parties);
    }
    return parties;
  };
}
