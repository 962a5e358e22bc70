import { ConfigurationError, type Problem } from "../core/errors";
import { pathText } from "../core/path-text";
import { terraformText } from "../core/terraform-text";
import type { LockedTopology } from "../topology";

/** The framework's marker for text that it replaces by a reference when it writes a stack. */
const MARK = "TfToken[";

/** Settings that constructs encode, so that Terraform never interprets them. */
const ENCODED = new Set(["userData"]);

/**
 * A topology whose texts constructs can write literally: no text is interpreted as a template by Terraform or by the
 * framework. All texts of the topology pass this function on their way into stacks. Parts without such texts remain the same objects, so that
 * what was derived from them is not derived again.
 * @throws ConfigurationError for a text that the framework would take for a reference
 */
export function literal(locked: LockedTopology): LockedTopology {
  const problems: Problem[] = [];
  const known = new Map<object, unknown>();
  const copy = (value: unknown, path: readonly PropertyKey[]): unknown => {
    if (typeof value === "string") return literalText(value, path, problems);
    if (typeof value !== "object" || value === null) return value;
    const result =
      known.get(value) ?? (Array.isArray(value) ? copyOfList(value, path) : copyOfObject(value, path));
    known.set(value, result);
    return result;
  };
  const copyOfList = (list: readonly unknown[], path: readonly PropertyKey[]): readonly unknown[] => {
    const copied = list.map((item, index) => copy(item, [...path, index]));
    return copied.every((item, index) => item === list[index]) ? list : copied;
  };
  const copyOfObject = (object: object, path: readonly PropertyKey[]): object => {
    const entries: readonly (readonly [string, unknown])[] = Object.entries(object);
    const copied = entries.map(([key, inner]): readonly [string, unknown] => {
      const at = [...path, key];
      return [literalText(key, at, problems), ENCODED.has(key) ? inner : copy(inner, at)];
    });
    const isSame = entries.every(
      ([key, inner], index) => key === copied[index]?.[0] && inner === copied[index][1],
    );
    return isSame ? object : Object.fromEntries(copied);
  };
  const result = copy(locked, []) as LockedTopology;
  if (problems.length > 0) throw new ConfigurationError(problems);
  return result;
}

function literalText(text: string, path: readonly PropertyKey[], problems: Problem[]): string {
  if (text.includes(MARK)) {
    problems.push({
      path: pathText(path),
      what: `it contains ${MARK}, which the CDK for Terraform uses to mark its own references`,
      fix: "leave it out",
    });
  }
  return terraformText(text);
}
