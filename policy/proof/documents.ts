import { accountPrincipal, byValue, derived, parseArn } from "@keyferry/common";
import {
  type AccessRequest,
  type Documents,
  type NamedDocument,
  principalArn,
  type RequestPrincipal,
  type UnreadDocument,
} from "@keyferry/evaluator";

/** The policies of a role. */
export interface RoleDocuments {
  readonly identity: readonly NamedDocument[];
  readonly trust?: NamedDocument;
  /** What limits the role or allows it something, and was not read. */
  readonly unread?: readonly UnreadDocument[];
}

/** Every policy that decides about a topology's calls. */
export interface ProofDocuments {
  /** By the key's ARN. */
  readonly keys: ReadonlyMap<string, NamedDocument>;
  /** By the bucket's ARN. @default - no bucket has a policy */
  readonly buckets?: ReadonlyMap<string, NamedDocument>;
  /** By the ARN of the role, or of the user who calls. */
  readonly roles: ReadonlyMap<string, RoleDocuments>;
  /** What is taken for granted about policies that are not ours, one sentence each. */
  readonly assumptions: readonly string[];
}

/** The documents that speak of a request. */
export function documentsFor(request: AccessRequest, documents: ProofDocuments): Documents {
  return { ...identityOf(request.principal, documents), ...resourceOf(request, documents) };
}

/** The identity policy alone decides: the other half, where one is needed, lets the caller's account in. */
export function identityAlone(
  { principal, action, resource }: AccessRequest,
  documents: ProofDocuments,
): Documents {
  const { alone, besideTrust, besideResource } = aloneOf(documents)(principal);
  if (action.startsWith("kms:") || action.startsWith("s3:")) return besideResource;
  if (!action.startsWith("sts:")) return alone;
  return parseArn(resource)?.resource.startsWith("role/") === true ? besideTrust : besideResource;
}

/** The same for everything that a principal asks for. */
const aloneOf = derived((documents: ProofDocuments) =>
  derived((principal: RequestPrincipal) => {
    const alone = identityOf(principal, documents);
    const { trust, resource } = openTo(
      accountPrincipal(parseArn(principal.arn)?.partition ?? "", principal.account),
    );
    return {
      alone,
      besideTrust: { ...alone, resource: trust },
      besideResource: { ...alone, resource },
    };
  }),
);

/** The resource's policy alone decides: the caller's IAM allows everything. */
export function resourceAlone(request: AccessRequest, documents: ProofDocuments): Documents {
  return { identity: EVERYTHING_ALLOWED, ...resourceOf(request, documents) };
}

/** The resource's policy decides about somebody to whom IAM allows nothing. */
export function withoutIam(request: AccessRequest, documents: ProofDocuments): Documents {
  return resourceOf(request, documents);
}

function identityOf(principal: RequestPrincipal, documents: ProofDocuments): Documents {
  const role = documents.roles.get(principalArn(principal));
  return { identity: role?.identity ?? [], ...(role?.unread === undefined ? {} : { unread: role.unread }) };
}

function resourceOf({ action, resource }: AccessRequest, documents: ProofDocuments): Documents {
  const document = action.startsWith("sts:")
    ? documents.roles.get(resource)?.trust
    : (documents.keys.get(resource) ?? documents.buckets?.get(bucketOf(resource)));
  return document === undefined ? {} : { resource: document };
}

/** The ARN of the bucket that an object is in, or of the bucket itself. */
function bucketOf(resource: string): string {
  const slash = resource.indexOf("/");
  return slash < 0 ? resource : resource.slice(0, slash);
}

/** An identity policy that allows everything. */
export const ALLOWS_EVERYTHING: NamedDocument = {
  name: "IAM of the caller's account",
  document: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
};

const EVERYTHING_ALLOWED = [ALLOWS_EVERYTHING];

const OPEN_NAME = "a resource policy that leaves it to the account";

/** Whether a document of this name stands for one that is not ours. */
export function isStandIn(name: string): boolean {
  return name === ALLOWS_EVERYTHING.name || name === OPEN_NAME;
}

/** Resource policies that leave everything to IAM of an account. One object an account: parsed once. */
const openTo = byValue((account: string) => {
  const statement = { Effect: "Allow", Principal: { AWS: [account] }, Action: "*" };
  const named = (of: object): NamedDocument => ({
    name: OPEN_NAME,
    document: { Version: "2012-10-17", Statement: [of] },
  });
  return { trust: named(statement), resource: named({ ...statement, Resource: "*" }) };
});
