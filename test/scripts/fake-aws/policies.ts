/** Documents by text. `evaluate` caches documents by identity, and every stage has the same few policies. */
const DOCUMENTS = new Map<string, unknown>();

/** The policy document of a text: the same object for the same text, so that it is parsed once; must not be changed. */
export function documentOf(text: string): unknown {
  const known = DOCUMENTS.get(text);
  if (known !== undefined) return known;
  const document = JSON.parse(text) as unknown;
  DOCUMENTS.set(text, document);
  return document;
}
