import { byValue, derived } from "@keyferry/common";
import {
  type AccessRequest,
  principalArn,
  principalSeenBy,
  type RequestPrincipal,
  resourceSeenBy,
  type Sight,
  type SomeActions,
} from "@keyferry/evaluator";
import type { ProofDocuments } from "./documents";
import { DOCUMENTS_OF, type Refuser } from "./refuser";

/** Caller, resource and deciding document of a request: one object for all combinations that the documents do not distinguish. */
export interface Parties {
  /** Condition keys that the documents use, as in `Sight`. */
  readonly keys: string | undefined;
}

/**
 * @param actions for which the caller's policies are compared; the request's action is one of them
 * @param principal the caller. @default - as in the request
 */
export type PartiesOf = (
  request: AccessRequest,
  refuser: Refuser,
  actions: SomeActions,
  principal?: RequestPrincipal,
) => Parties;

/** The parties as some documents distinguish them, regardless of their account. */
export const partiesBefore = derived((documents: ProofDocuments): PartiesOf =>
  partiesBy((request, refuser, actions) => {
    const { identity = [], resource, unread } = DOCUMENTS_OF[refuser](request, documents);
    if (refuser !== "identity") return principalSeenBy(resource, request);
    const { text, keys } = resourceSeenBy(identity, request, actions);
    return { text: unread === undefined ? text : `${principalArn(request.principal)} on ${text}`, keys };
  }),
);

/** The same, but each caller and each resource separately, so that every failure of each of them is found. */
export const partiesInEachAccount = derived((documents: ProofDocuments): PartiesOf => {
  const partiesOf = partiesBefore(documents);
  const one = byValue<string, (like: Parties) => Parties>(() => byValue((like) => ({ ...like })));
  return (request, refuser, actions, principal = request.principal) =>
    one(refuser === "identity" ? callerOf(principal) : request.resource)(
      partiesOf(request, refuser, actions, principal),
    );
});

/** The parties as the strictest documents might distinguish them. */
export function partiesByName(): PartiesOf {
  return partiesBy(({ principal, resource }) => ({
    text: `${callerOf(principal)} on ${resource}`,
    keys: undefined,
  }));
}

export function callerOf({ roleArn, arn }: RequestPrincipal): string {
  return roleArn ?? arn;
}

/** By caller, of whom there are few, and resource. */
type Known = Map<string, Map<string, Parties>>;

function partiesBy(
  seen: (request: AccessRequest, refuser: Refuser, actions: SomeActions) => Sight,
): PartiesOf {
  const alike = byValue(
    ({ keys }: Sight): Parties => ({ keys }),
    ({ text }) => text,
  );
  const known = byValue<SomeActions | undefined, Readonly<Record<Refuser, Known>>>(() => ({
    identity: new Map(),
    resource: new Map(),
    "resource without IAM": new Map(),
  }));
  return (request, refuser, actions, principal = request.principal) => {
    const { resource } = request;
    const caller = callerOf(principal);
    // Policies of keys, buckets and roles are compared as a whole.
    const callers = known(refuser === "identity" ? actions : undefined)[refuser];
    let resources = callers.get(caller);
    if (resources === undefined) callers.set(caller, (resources = new Map()));
    let parties = resources.get(resource);
    if (parties === undefined) {
      const { text, keys } = seen({ ...request, principal }, refuser, actions);
      parties = alike({ text: `${refuser}: ${text}`, keys });
      resources.set(resource, parties);
    }
    return parties;
  };
}
