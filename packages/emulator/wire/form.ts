import type { Json, JsonObject } from "../contract";

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/** Clients count from 1, as documented; AWS also accepts 0, which some clients start with. */
const POSITION = /^\d+$/;

/**
 * Turns the flat parameters of the Query protocols into nested input: `Filter.1.Value.2` (EC2) and `X.member.1`
 * (Query) become arrays in the order of their numbers, `X.entry.1.key` becomes an object. Values stay strings.
 */
export function decodeForm(form: URLSearchParams): JsonObject {
  const root: Node = { children: new Map() };
  for (const [name, value] of form) {
    let node = root;
    for (const part of name.split(".")) node = childOf(node, part);
    node.value = value;
  }
  root.children.delete("Action");
  root.children.delete("Version");
  return objectOf(root);
}

function childOf(node: Node, name: string): Node {
  const existing = node.children.get(name);
  if (existing !== undefined) return existing;
  const child: Node = { children: new Map() };
  node.children.set(name, child);
  return child;
}

function valueOf(node: Node): Json {
  if (node.children.size === 0) return node.value ?? "";
  const names = [...node.children.keys()];
  if (names.every((name) => POSITION.test(name))) return listOf(node);
  const [only] = names;
  const wrapped = names.length === 1 && only !== undefined ? node.children.get(only) : undefined;
  if (
    wrapped !== undefined &&
    wrapped.children.size > 0 &&
    [...wrapped.children.keys()].every((n) => POSITION.test(n))
  ) {
    if (only === "member") return listOf(wrapped);
    if (only === "entry") return mapOf(listOf(wrapped));
  }
  return objectOf(node);
}

function listOf(node: Node): readonly Json[] {
  return [...node.children].sort(([a], [b]) => Number(a) - Number(b)).map(([, child]) => valueOf(child));
}

function mapOf(entries: readonly Json[]): JsonObject {
  const pairs = entries as readonly { readonly key?: Json; readonly value?: Json }[];
  return Object.fromEntries(pairs.map(({ key, value }) => [String(key), value]));
}

function objectOf(node: Node): JsonObject {
  return Object.fromEntries([...node.children].map(([name, child]) => [name, valueOf(child)]));
}
