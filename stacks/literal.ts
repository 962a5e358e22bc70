import { ConfigurationError, type Problem } from "../core/errors";
import { pathText } from "../core/path-text";
import { terraformText } from "../core/terraform-text";
import type { LockedTopology } from "../topology";

/** How the framework marks what it replaces by a reference when it writes a stack. */
const MARK = "TfToken[";

/** What constructs encode, so that Terraform never reads it as text of its own. */
const ENCODED = new Set(["userData"]);

/**
 * A topology as constructs may write it: none of the user's texts is a template, neither of Terraform's nor of the
 * framework's. This is the one place where they cross from the topology into stacks.
 * @throws ConfigurationError for a text that the framework would take for a reference
 */
export function literal(locked: LockedTopology): LockedTopology {
  const problems: Problem[] = [];
  const seen = new Map<object, unknown>();
  const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === "string") return literalText(value, path, problems);
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return known;
    const result = Array.isArray(value)
      ? value.map((item, index) => copy(item, [...path, index]))
      : Object.fromEntries(
          Object.entries(value).map(([key, inner]) => {
            const at = [...path, key];
            return [literalText(key, at, problems), ENCODED.has(key) ? inner : copy(inner, at)];
          }),
        );
    seen.set(value, result);
    return result;
  };
  const result = copy(locked, []) as LockedTopology;
  if (problems.length > 0) throw new ConfigurationError(problems);
  return result;
}

function literalText(text: string, path: readonly PropertyKey[], problems: Problem[]): string {
  if (text.includes(MARK)) {
    problems.push({
      path: pathText(path),
      what: `it holds ${MARK}, by which the CDK for Terraform marks its own references`,
      fix: "leave it out",
    });
  }
  return terraformText(text);
}
