import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type {
  AccessRequest,
  Documents,
  GrantDocument,
  MissingHalf,
  MissingSide,
  NamedDocument,
  RequestPrincipal,
  Verdict,
} from "..";

const DIRECTORY = path.join(__dirname, "policies");

/** The principals of the cases: 222222222222 copies from 111111111111. */
const PRINCIPALS = {
  builder: {
    kind: "assumed-role",
    account: "111111111111",
    arn: "arn:aws:sts::111111111111:assumed-role/builder/build",
    roleArn: "arn:aws:iam::111111111111:role/builder",
  },
  runner: {
    kind: "assumed-role",
    account: "222222222222",
    arn: "arn:aws:sts::222222222222:assumed-role/runner/copy",
    roleArn: "arn:aws:iam::222222222222:role/runner",
  },
  alice: { kind: "user", account: "222222222222", arn: "arn:aws:iam::222222222222:user/alice" },
  bob: { kind: "user", account: "222222222222", arn: "arn:aws:iam::222222222222:user/bob" },
  rootUser: { kind: "root", account: "222222222222", arn: "arn:aws:iam::222222222222:root" },
  ownerRootUser: { kind: "root", account: "111111111111", arn: "arn:aws:iam::111111111111:root" },
  carol: {
    kind: "user",
    account: "222222222222",
    arn: "arn:aws:iam::222222222222:user/carol",
    canonicalUserId: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
  },
  federatedAlice: {
    kind: "federated-user",
    account: "222222222222",
    arn: "arn:aws:sts::222222222222:federated-user/alice-at-work",
    userArn: "arn:aws:iam::222222222222:user/alice",
  },
  samlStranger: {
    kind: "federated",
    account: "111111111111",
    arn: "arn:aws:iam::111111111111:saml-provider/idp",
  },
  githubStranger: {
    kind: "federated",
    account: "111111111111",
    arn: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
  },
  googleStranger: { kind: "federated", account: "accounts.google.com", arn: "accounts.google.com" },
  s3: { kind: "service", account: "s3.amazonaws.com", arn: "s3.amazonaws.com" },
  ec2: { kind: "service", account: "ec2.amazonaws.com", arn: "ec2.amazonaws.com" },
  autoScalingRole: {
    kind: "role",
    account: "222222222222",
    arn: "arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
  },
  autoScalingSession: {
    kind: "assumed-role",
    account: "222222222222",
    arn: "arn:aws:sts::222222222222:assumed-role/AWSServiceRoleForAutoScaling/AutoScaling",
    roleArn:
      "arn:aws:iam::222222222222:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
  },
} satisfies Record<string, RequestPrincipal>;

/** A list is the statements of a document of version 2012-10-17; anything else is the document itself. */
type CaseDocument = unknown;

/** A case in the form of the JSON files. */
interface RawCase {
  readonly name: string;
  /** The AWS document that says so. */
  readonly source: string;
  readonly request: Omit<AccessRequest, "principal"> & { readonly principal: keyof typeof PRINCIPALS };
  readonly documents: {
    readonly identity?: readonly CaseDocument[];
    readonly boundary?: CaseDocument;
    readonly session?: readonly CaseDocument[];
    readonly resource?: CaseDocument;
    readonly grants?: readonly GrantDocument[];
    /** Level by level. */
    readonly serviceControlPolicies?: readonly (readonly CaseDocument[])[];
    readonly resourceControlPolicies?: readonly (readonly CaseDocument[])[];
  };
  readonly verdict: "allowed" | Extract<Verdict, { allowed: false }>["reason"];
  /** `document/statement`; all that decided. */
  readonly by?: readonly string[];
  /** All missing halves. */
  readonly missing?: readonly ExpectedHalf[];
  /** Names of the documents that do not count because they are malformed. */
  readonly malformed?: readonly string[];
}

interface ExpectedHalf {
  readonly side: MissingSide;
  readonly account: string;
  /** Texts that its sentence contains. */
  readonly says: readonly string[];
  readonly suggested?: MissingHalf["suggested"];
  readonly suggestedGrant?: MissingHalf["suggestedGrant"];
}

export interface PolicyCase extends Omit<RawCase, "request" | "documents"> {
  readonly request: AccessRequest;
  readonly documents: Documents;
}

/** All cases of test/policies by the rule (file) that they belong to. */
export function loadCases(): ReadonlyMap<string, readonly PolicyCase[]> {
  const files = readdirSync(DIRECTORY).filter((file) => file.endsWith(".json"));
  return new Map(files.sort().map((file) => [path.basename(file, ".json"), loadFile(file)]));
}

function loadFile(file: string): readonly PolicyCase[] {
  const cases = JSON.parse(readFileSync(path.join(DIRECTORY, file), "utf8")) as readonly RawCase[];
  return cases.map((raw) => ({
    ...raw,
    request: { ...raw.request, principal: PRINCIPALS[raw.request.principal] },
    documents: readDocuments(raw.documents),
  }));
}

function readDocuments(raw: RawCase["documents"]): Documents {
  const { identity, boundary, session, resource, grants } = raw;
  return {
    identity: identity && list("identity policy", identity),
    boundary: boundary === undefined ? undefined : named("boundary", boundary),
    session: session && list("session policy", session),
    resource: resource === undefined ? undefined : named("resource policy", resource),
    grants,
    serviceControlPolicies: levels("SCP", raw.serviceControlPolicies),
    resourceControlPolicies: levels("RCP", raw.resourceControlPolicies),
  };
}

function list(name: string, documents: readonly CaseDocument[]): readonly NamedDocument[] {
  return documents.map((document, index) => named(numbered(name, index), document));
}

function levels(name: string, documents: readonly (readonly CaseDocument[])[] | undefined) {
  return documents?.map((level, index) => list(`${name} of level ${index}`, level));
}

function numbered(name: string, index: number): string {
  return index === 0 ? name : `${name} ${index + 1}`;
}

function named(name: string, document: CaseDocument): NamedDocument {
  return {
    name,
    document: Array.isArray(document) ? { Version: "2012-10-17", Statement: document } : document,
  };
}
