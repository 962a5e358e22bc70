import { isBody, listOf, textOf, type Body } from "./stack-file";

/**
 * The policy that a data source `aws_iam_policy_document` produces; undefined where it includes other documents, which the
 * provider merges. Source: AWS provider, data source aws_iam_policy_document.
 */
export function documentOf(body: Body): object | undefined {
  const merges = ["source_policy_documents", "override_policy_documents", "source_json", "override_json"];
  if (merges.some((name) => body[name] !== undefined)) return undefined;
  return {
    Version: textOf(body["version"]) ?? "2012-10-17",
    Statement: listOf(body["statement"]).filter(isBody).map(statementOf),
  };
}

/** Argument of the data source -> element of a policy. */
const LISTS: readonly (readonly [string, string])[] = [
  ["actions", "Action"],
  ["not_actions", "NotAction"],
  ["resources", "Resource"],
  ["not_resources", "NotResource"],
];

function statementOf(statement: Body): object {
  return {
    ...(statement["sid"] === undefined ? {} : { Sid: statement["sid"] }),
    Effect: statement["effect"] ?? "Allow",
    ...principalsOf("Principal", statement["principals"]),
    ...principalsOf("NotPrincipal", statement["not_principals"]),
    ...Object.fromEntries(
      LISTS.flatMap(([argument, element]) => {
        const values = listOf(statement[argument]).map(plain);
        return values.length === 0 ? [] : [[element, values]];
      }),
    ),
    ...conditionsOf(statement["condition"]),
  };
}

function principalsOf(element: string, blocks: unknown): object {
  const found = listOf(blocks).filter(isBody);
  if (found.length === 0) return {};
  if (found.some(({ type }) => type === "*")) return { [element]: "*" };
  const byType: Record<string, unknown[]> = {};
  for (const { type, identifiers } of found) (byType[String(type)] ??= []).push(...listOf(identifiers));
  return { [element]: byType };
}

function conditionsOf(blocks: unknown): object {
  const found = listOf(blocks).filter(isBody);
  if (found.length === 0) return {};
  const conditions: Record<string, Record<string, unknown[]>> = {};
  for (const { test, variable, values } of found) {
    const keys = (conditions[String(test)] ??= {});
    (keys[String(variable)] ??= []).push(...listOf(values).map(plain));
  }
  return { Condition: conditions };
}

/** `&{aws:username}` is how the data source writes a variable of IAM. */
function plain(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("&{", "$${") : value;
}
