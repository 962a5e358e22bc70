/** S3's own XML: lists are elements that repeat. */
import { XMLValidator } from "fast-xml-parser";
import { AwsError } from "../../contract";
import type { WireResponse } from "../../wire/message";
import { escapeXml, parseXml } from "../../wire/xml";

export type Xml = string | readonly Xml[] | { readonly [name: string]: Xml | undefined };
export type XmlElement = { readonly [name: string]: Xml | undefined };

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** The content of a request's root element. @throws AwsError `MalformedXML` for anything else */
export function readXml(body: Buffer, root: string): XmlElement {
  const text = body.toString("utf8");
  if (XMLValidator.validate(text) !== true) throw malformedXml();
  const document = parseXml(text) as unknown as XmlElement;
  if (!Object.hasOwn(document, root)) throw malformedXml();
  const content = document[root];
  return isElement(content) ? content : {};
}

export function malformedXml(): AwsError {
  return new AwsError(
    "MalformedXML",
    "The XML you provided was not well-formed or did not validate against our published schema",
  );
}

/** An element that may repeat. */
export function elements(parent: XmlElement, name: string): readonly Xml[] {
  const value = parent[name];
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly Xml[]) : [value];
}

/** An element that contains elements; empty when it is absent or has none. */
export function element(parent: XmlElement, name: string): XmlElement {
  const value = parent[name];
  return isElement(value) ? value : {};
}

/** The text of an element; undefined when it is absent. */
export function textOf(parent: XmlElement, name: string): string | undefined {
  const value = parent[name];
  return typeof value === "string" ? value.trim() : undefined;
}

export function isElement(value: Xml | undefined): value is XmlElement {
  return typeof value === "object" && !Array.isArray(value);
}

/** An S3 response with a document in it. */
export function xmlAnswer(
  root: string,
  content: Xml,
  headers: Readonly<Record<string, string>> = {},
): WireResponse {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${rendered(root, content, ` xmlns="${NAMESPACE}"`)}`;
  return { status: 200, headers: { "content-type": "application/xml", ...headers }, body };
}

/** An S3 response without content. */
export function emptyAnswer(status: 200 | 204 = 200): WireResponse {
  return { status, headers: {}, body: "" };
}

function rendered(name: string, value: Xml | undefined, attributes = ""): string {
  if (value === undefined) return "";
  if (typeof value === "string") return `<${name}${attributes}>${escapeXml(value)}</${name}>`;
  if (Array.isArray(value)) return (value as readonly Xml[]).map((one) => rendered(name, one)).join("");
  const inner = Object.entries(value).map(([child, content]) => rendered(child, content as Xml));
  return `<${name}${attributes}>${inner.join("")}</${name}>`;
}
