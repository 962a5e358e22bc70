import { XMLParser } from "fast-xml-parser";
import type { Json, JsonObject } from "../contract";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text of an element or attribute; characters that XML 1.0 cannot hold are dropped. */
export function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "")
    .replace(/[&<>"']/g, (c) => ESCAPES[c] ?? c);
}

/** Members of an object as elements; each entry of a list is wrapped in `listElement`. Absent values are left out. */
export function encodeXml(members: JsonObject, listElement: string): string {
  return Object.entries(members)
    .map(([name, value]) => element(name, value, listElement))
    .join("");
}

/**
 * Members whose lists have no element around them: each entry has the member's own name. RDS's lists are structures
 * with one such member. Source: the API models of EC2 and RDS.
 */
const REPEATED: ReadonlySet<string> = new Set([
  "groupId",
  "AttributeValue",
  "DBClusterSnapshot",
  "DBClusterSnapshotAttribute",
  "DBSnapshot",
  "DBSnapshotAttribute",
  "Tag",
]);

function element(name: string, value: Json, listElement: string): string {
  if (value === undefined || value === null) return "";
  if (REPEATED.has(name) && Array.isArray(value)) {
    return (value as readonly Json[]).map((entry) => element(name, entry, listElement)).join("");
  }
  return `<${name}>${content(value, listElement)}</${name}>`;
}

function content(value: Json, listElement: string): string {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((entry) => element(listElement, entry, listElement)).join("");
  }
  if (typeof value === "object" && value !== null) return encodeXml(value as JsonObject, listElement);
  return escapeXml(String(value));
}

const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === "item" || name === "member",
});

/** Parses a response of the Query protocols: scalars as strings, `<item>` and `<member>` lists as arrays. */
export function parseXml(text: string): JsonObject {
  return collapse(parser.parse(text) as Json) as JsonObject;
}

function collapse(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(collapse);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  const entries = Object.entries(value as JsonObject).filter(([name]) => name !== "#text");
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === "item" || first[0] === "member")) {
    return collapse(first[1]);
  }
  return Object.fromEntries(entries.map(([name, inner]) => [name, collapse(inner)]));
}
