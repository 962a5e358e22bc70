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
  /** Documents that limit the role or allow it something, and that were not read. */
  readonly unread?: readonly UnreadDocument[];
}

/** Every policy that decides about the calls of a topology. */
export interface ProofDocuments {
  /** By the key's ARN. */
  readonly keys: ReadonlyMap<string, NamedDocument>;
  /** By the bucket's ARN. @default - no bucket has a policy */
  readonly buckets?: ReadonlyMap<string, NamedDocument>;
  /** By the ARN of the role, or of the user who calls. */
  readonly roles: ReadonlyMap<string, RoleDocuments>;
  /** Assumptions about policies that Keyferry does not generate, one sentence each. */
  readonly assumptions: readonly string[];
}

/** The documents that apply to a request. */
export function documentsFor(request: AccessRequest, documents: ProofDocuments): Documents {
  return { ...identityOf(request.principal, documents), ...resourceOf(request, documents) };
}

/** Only the identity policy decides: the other half, if one is needed, allows the caller's account. */
export function identityAlone(
  { principal, action, resource }: AccessRequest,
  documents: ProofDocuments,
): Documents {
  const { alone, besideTrust, besideResource } = aloneOf(documents)(principal);
  if (action.startsWith("kms:") || action.startsWith("s3:")) return besideResource;
  if (!action.startsWith("sts:")) return alone;
  return parseArn(resource)?.resource.startsWith("role/") === true ? besideTrust : besideResource;
}

/** Computed once for all requests of a principal. */
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

/** Only the resource's policy decides: the caller's IAM policies allow everything. */
export function resourceAlone(request: AccessRequest, documents: ProofDocuments): Documents {
  return { identity: EVERYTHING_ALLOWED, ...resourceOf(request, documents) };
}

/** Only the resource's policy decides: the caller's IAM policies allow nothing. */
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

/** The ARN of the bucket of an object, or of the bucket itself. */
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

const OPEN_NAME = "a resource policy that allows the account";

/** Whether a document of this name is a stand-in for one that Keyferry does not generate. */
export function isStandIn(name: string): boolean {
  return name === ALLOWS_EVERYTHING.name || name === OPEN_NAME;
}

/** Resource policies that leave everything to the IAM of an account. One object per account, parsed once. */
const openTo = byValue((account: string) => {
  const statement = { Effect: "Allow", Principal: { AWS: [account] }, Action: "*" };
  const named = (of: object): NamedDocument => ({
    name: OPEN_NAME,
    document: { Version: "2012-10-17", Statement: [of] },
  });
  return { trust: named(statement), resource: named({ ...statement, Resource: "*" }) };
});
