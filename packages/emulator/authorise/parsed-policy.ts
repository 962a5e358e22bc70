/** Number of policies to remember; each is at most some tens of kilobytes. */
const REMEMBERED = 2000;

const PARSED = new Map<string, unknown>();

/**
 * A policy as a document, the same object for the same text: the evaluator reads a document once and recognises it by
 * its identity. Every write is a new text, so no outdated policy is ever returned from here.
 * @throws SyntaxError for text that is not JSON
 */
export function parsedPolicy(text: string): unknown {
  const known = PARSED.get(text);
  if (known !== undefined) return known;
  const parsed = JSON.parse(text) as unknown;
  const [oldest] = PARSED.keys();
  if (PARSED.size >= REMEMBERED && oldest !== undefined) PARSED.delete(oldest);
  PARSED.set(text, parsed);
  return parsed;
}
