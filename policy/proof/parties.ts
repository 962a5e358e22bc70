import { derived } from "../../core/derived";
import { principalSeenBy, resourceSeenBy } from "../evaluate/alike";
import type { AccessRequest, RequestPrincipal } from "../evaluate/types";
import type { ProofDocuments } from "./documents";
import { numbering } from "./numbering";
import { DOCUMENTS_OF, type Refuser } from "./refuser";

/** Who asks, on what, and who must decide it: a number for each that the documents tell apart. */
export type Parties = (request: AccessRequest, refuser: Refuser, principal?: RequestPrincipal) => number;

/** The parties as some documents tell them apart. */
export const partiesBefore = derived((documents: ProofDocuments): Parties =>
  partiesBy((request, refuser) => {
    const { identity = [], resource } = DOCUMENTS_OF[refuser](request, documents);
    return refuser === "identity"
      ? `${callerOf(request.principal)} on ${resourceSeenBy(identity, request)}`
      : `${principalSeenBy(resource, request)} on ${request.resource}`;
  }),
);

/** The parties as the strictest documents might tell them apart. */
export function partiesByName(): Parties {
  return partiesBy(({ principal, resource }) => `${callerOf(principal)} on ${resource}`);
}

export function callerOf({ roleArn, arn }: RequestPrincipal): string {
  return roleArn ?? arn;
}

function partiesBy(seen: (request: AccessRequest, refuser: Refuser) => string): Parties {
  const numberOf = numbering();
  const known: Readonly<Record<Refuser, Map<string, Map<string, number>>>> = {
    identity: new Map(),
    resource: new Map(),
    "resource without IAM": new Map(),
  };
  return (request, refuser, principal = request.principal) => {
    const { resource } = request;
    const caller = callerOf(principal);
    let callers = known[refuser].get(resource);
    if (callers === undefined) known[refuser].set(resource, (callers = new Map()));
    let parties = callers.get(caller);
    if (parties === undefined) {
      parties = numberOf(`${refuser}: ${seen({ ...request, principal }, refuser)}`);
      callers.set(caller, parties);
    }
    return parties;
  };
}
