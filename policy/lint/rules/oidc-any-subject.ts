import { evaluate } from "@keyferry/evaluator";
import { contextFor, SOME_ACCOUNT } from "../ask";
import { all, at, judge, type Located } from "../judge";
import type { LintPolicy } from "../policy";
import { covers } from "../statement";
import type { Rule } from "../types";

const ACTION = "sts:AssumeRoleWithWebIdentity";
/** Subjects of another organisation's tokens, in the formats of the most common providers. */
const STRANGERS = [
  "keyferry-stranger",
  "repo:keyferry-stranger/any:ref:refs/heads/main",
  "organization:keyferry-stranger",
].concat([
  "project_path:keyferry-stranger/any:ref_type:branch:ref:main",
  "system:serviceaccount:keyferry-stranger:any",
]);

/** Subjects of providers that everybody can use. Their organisation's name ends at the next slash or colon. */
const OPEN_ORGANISATION = /^((?:repo|project_path|organization):[^*?/:]*)[*?][^/:]*(.*)$/;

export const oidcAnySubject: Rule = {
  id: "oidc-any-subject",
  appliesTo: ["trust"],
  title: "anyone with a token of the identity provider can assume the role",
  explanation:
    "an OIDC provider such as GitHub's or a cluster's issues tokens to all its users; without a condition on sub, or with a condition that every subject meets, each of them can assume the role",
  fix: "add StringEquals <issuer>:sub with the repository, project or service account, or StringLike with a pattern that begins with your own organisation, project or namespace and its slash or colon (repo:acme/*, not repo:acme*)",
  source: "IAM user guide, Create a role for OpenID Connect federation",
  check: (policy) =>
    judge(
      all(
        policy.statements.filter((statement) => statement.allows && covers(statement, ACTION)),
        ({ principals }) =>
          principals.filter(({ type, text }) => type === "Federated" && text.includes(":oidc-provider/")),
      ),
      (provider) =>
        [...STRANGERS, ...similarTo(provider)].some((subject) => lets(subject, provider, policy))
          ? [at(provider, `anyone with a token of ${provider.text} is allowed`)]
          : [],
    ),
};

/** Subjects of organisations whose names anybody can register, if a pattern leaves the end of its organisation's name open: `repo:acme*`. */
function similarTo({ statement }: Located): readonly string[] {
  return statement.conditions.flatMap(({ values }) =>
    values.flatMap(({ text }) => {
      const [, organisation, rest = ""] = OPEN_ORGANISATION.exec(text) ?? [];
      if (organisation === undefined) return [];
      return `${organisation}-keyferry-stranger${rest === "" ? "/any:ref:refs/heads/main" : rest.replace(/[*?]/g, "x")}`;
    }),
  );
}

function lets(subject: string, { text, statement }: Located, { document }: LintPolicy): boolean {
  const issuer = text.replace(/^.*:oidc-provider\//, "");
  const principal = { kind: "federated", account: SOME_ACCOUNT, arn: text } as const;
  const request = {
    action: ACTION,
    resource: `arn:aws:iam::${SOME_ACCOUNT}:role/keyferry-lint`,
    resourceAccount: SOME_ACCOUNT,
    principal,
    context: contextFor(statement, { [`${issuer}:sub`]: subject }),
  };
  return evaluate(request, { resource: { name: "trust policy", document } }).allowed;
}
