import type { ReadPolicy } from "./read";
import type { LintSubject, PolicyKind } from "./types";

interface KnownKind {
  readonly kind: PolicyKind | undefined;
  readonly because: string;
}

/** The kind of resource-based policy, by the service of its actions. */
const KIND_OF_SERVICE: Readonly<Record<string, PolicyKind>> = { kms: "key", s3: "bucket", sts: "trust" };

/** The kind that the caller gives, otherwise the kind that follows from the policy itself. */
export function kindOf(subject: LintSubject, policy: ReadPolicy): KnownKind {
  if (subject.kind !== undefined) return { kind: subject.kind, because: "given" };
  if (policy.statements.length === 0) return { kind: undefined, because: "it has no statement" };
  const names = (element: string) =>
    policy.statements.some((statement) => statement.raw[element] !== undefined);
  if (!names("Principal") && !names("NotPrincipal")) {
    return { kind: "identity", because: "no statement has a principal" };
  }
  const services = policy.statements.flatMap(({ actions }) =>
    actions.map(({ text }) => text.split(":")[0]?.toLowerCase() ?? ""),
  );
  const service = Object.keys(KIND_OF_SERVICE).find((name) => services.includes(name));
  const kind = service === undefined ? undefined : KIND_OF_SERVICE[service];
  return kind === undefined
    ? { kind, because: "its statements have principals, but no action of KMS, S3 or STS" }
    : { kind, because: `its statements have principals and ${service} actions` };
}
