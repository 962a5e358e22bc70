import type { ReadPolicy } from "./read";
import type { LintSubject, PolicyKind } from "./types";

interface KnownKind {
  readonly kind: PolicyKind | undefined;
  readonly because: string;
}

/** Which service's actions tell which kind of resource policy it is. */
const KIND_OF_SERVICE: Readonly<Record<string, PolicyKind>> = { kms: "key", s3: "bucket", sts: "trust" };

/** The kind that the caller names, or else what the policy itself tells. */
export function kindOf(subject: LintSubject, policy: ReadPolicy): KnownKind {
  if (subject.kind !== undefined) return { kind: subject.kind, because: "given" };
  if (policy.statements.length === 0) return { kind: undefined, because: "it has no statement" };
  const names = (element: string) =>
    policy.statements.some((statement) => statement.raw[element] !== undefined);
  if (!names("Principal") && !names("NotPrincipal")) {
    return { kind: "identity", because: "no statement names a principal" };
  }
  const services = policy.statements.flatMap(({ actions }) =>
    actions.map(({ text }) => text.split(":")[0]?.toLowerCase() ?? ""),
  );
  const service = Object.keys(KIND_OF_SERVICE).find((name) => services.includes(name));
  const kind = service === undefined ? undefined : KIND_OF_SERVICE[service];
  return kind === undefined
    ? { kind, because: "its statements name principals, but no action of KMS, S3 or STS" }
    : { kind, because: `its statements name principals and ${service} actions` };
}
