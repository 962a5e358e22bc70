/** A synthesised stack as data: strings contain Terraform's expressions in `${}`. */
export type Tree = string | number | boolean | null | readonly Tree[] | Json | TreeObject;
export interface TreeObject {
  readonly [key: string]: Tree;
}

/** JSON that is the text of an attribute, such as a policy. */
export class Json {
  constructor(readonly value: Tree) {}
}

export function isObject(tree: Tree | undefined): tree is TreeObject {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && !(tree instanceof Json);
}

/** Removes the framework's comments and parses texts that are JSON. */
export function decoded(tree: Tree): Tree {
  if (typeof tree === "string") return tree.startsWith("{") ? new Json(parsed(tree)) : tree;
  if (Array.isArray(tree)) return (tree as readonly Tree[]).map(decoded);
  if (!isObject(tree)) return tree;
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => (key === "//" ? [] : [[key, decoded(value)]])),
  );
}

/** Placeholder for an expression while JSON is parsed, because its quotes are not JSON. */
const PLACE = /\uE000(\d+)\uE001/g;

function parsed(text: string): Tree {
  const expressions: string[] = [];
  const readable = parts(text).map((part) =>
    "expression" in part ? `\uE000${expressions.push(part.expression) - 1}\uE001` : part.literal,
  );
  const restored = (tree: Tree): Tree => {
    if (typeof tree === "string")
      return tree.replace(PLACE, (_, index) => `\${${expressions[Number(index)]}}`);
    if (Array.isArray(tree)) return (tree as readonly Tree[]).map(restored);
    if (!isObject(tree)) return tree;
    return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, restored(value)]));
  };
  return restored(JSON.parse(readable.join("")) as Tree);
}

export type Part = { readonly literal: string } | { readonly expression: string };

/** A text as its literal parts and its expressions; `$${` does not begin one. */
export function parts(text: string): readonly Part[] {
  const found: Part[] = [];
  let literal = "";
  for (let at = 0; at < text.length;) {
    if (text.startsWith("$${", at) || text.startsWith("%%{", at)) {
      literal += text.slice(at, at + 3);
      at += 3;
    } else if (text.startsWith("${", at)) {
      const end = endOf(text, at + 2);
      if (literal !== "") found.push({ literal });
      literal = "";
      found.push({ expression: plain(text.slice(at + 2, end)) });
      at = end + 1;
    } else literal += text[at++];
  }
  return literal === "" && found.length > 0 ? found : [...found, { literal }];
}

/** Unwraps each nested `${}` that is a whole argument of the expression, quoted or not. */
function plain(expression: string): string {
  return expression.replace(/"\$\{([^{}"]+)\}"/g, "$1").replace(/(?<=^|[(,\s])\$\{([^{}"]+)\}/g, "$1");
}

/** Position of the brace that closes an expression. */
function endOf(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return at;
  }
  throw new TypeError(`an expression is not closed: ${text.slice(from - 2)}`);
}
