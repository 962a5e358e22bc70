import { principalSeenBy, resourceSeenBy } from "../evaluate/alike";
import type { AccessRequest, RequestPrincipal } from "../evaluate/types";
import type { ProofDocuments } from "./documents";
import type { Numbering } from "./numbering";
import { DOCUMENTS_OF, type Refuser } from "./refuser";

/** Who asks, on what, and who must decide it: a number for each that the documents tell apart. */
export type Parties = (request: AccessRequest, refuser: Refuser, principal?: RequestPrincipal) => number;

/** @param documents those that will be asked. @default - any may be asked, and may tell everything apart */
export function partiesBefore(documents: ProofDocuments | undefined, numberOf: Numbering): Parties {
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
      const alike =
        documents === undefined
          ? `${caller} on ${resource}`
          : alikeParties({ ...request, principal }, refuser, documents);
      callers.set(caller, (parties = numberOf(`${refuser}: ${alike}`)));
    }
    return parties;
  };
}

export function callerOf({ roleArn, arn }: RequestPrincipal): string {
  return roleArn ?? arn;
}

function alikeParties(request: AccessRequest, refuser: Refuser, documents: ProofDocuments): string {
  const { identity = [], resource } = DOCUMENTS_OF[refuser](request, documents);
  return refuser === "identity"
    ? `${callerOf(request.principal)} on ${resourceSeenBy(identity, request)}`
    : `${principalSeenBy(resource, request)} on ${request.resource}`;
}
