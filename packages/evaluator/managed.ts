import type { NamedDocument, UnreadDocument } from "./types";

/** AWS managed policies whose text is documented and has always had a single version. */
const KNOWN: Readonly<Record<string, unknown>> = {
  /** Source: AWS managed policy reference, "AdministratorAccess". */
  AdministratorAccess: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  },
};

export interface ManagedPolicy {
  readonly known: readonly NamedDocument[];
  readonly unread: readonly UnreadDocument[];
}

/** The AWS managed policy of an ARN; undefined for any other ARN. AWS changes the text of most of them without notice. */
export function awsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const path = /^arn:[^:]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  if (path === undefined) return undefined;
  const name = `AWS managed policy ${path}`;
  if (Object.hasOwn(KNOWN, path)) return { known: [{ name, document: KNOWN[path] }], unread: [] };
  const why = `AWS changes its text: aws iam get-policy-version --policy-arn ${arn} shows it`;
  return { known: [], unread: [{ name, kind: "identity", why }] };
}
