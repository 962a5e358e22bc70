/** Names of copied images, by the user's patterns. */

/** Longest name of an image; the shortest has 3 characters. Source: EC2 API reference, CopyImage and CreateImage ("Name"). */
export const MAX_IMAGE_NAME = 128;
const MIN_IMAGE_NAME = 3;

/** The tokens of a pattern, written as `{name}`, and their meanings. */
export const COPY_NAME_TOKENS = {
  name: "the source image's name",
  id: "the source image's id",
  date: "the date on which the source image was created: 2026-11-20",
  rule: "the rule's name in the topology",
  account: "the destination's name in the topology",
  accountId: "the destination's 12-digit account id",
  region: "the destination's Region",
} as const;

type Token = keyof typeof COPY_NAME_TOKENS;
export type CopyNameParts = Readonly<Record<Token, string>>;

const TOKEN = /\{([^{}]*)\}/g;
/** Source: EC2 API reference, CreateImage ("Name"). */
const NOT_IN_NAMES = /[^A-Za-z0-9()[\] ./\-'@_]/g;

/** The longest values of these parts; the source image's name is shortened to the remaining length. */
const LONGEST = { name: "", id: "ami-0123456789abcdef0", date: "2026-11-20" } as const;
const DISTINCT: readonly Token[] = ["name", "id"];

/** The name of a copy. The source's name is shortened if the whole name would be longer than EC2 accepts. */
export function copyNameBy(pattern: string, parts: CopyNameParts): string {
  const others = filled(pattern, { ...parts, name: "" });
  const names = tokensOf(pattern).filter((token) => token === "name").length;
  const room = Math.max(0, Math.floor((MAX_IMAGE_NAME - others.length) / Math.max(1, names)));
  return filled(pattern, { ...parts, name: parts.name.slice(0, room) });
}

function filled(pattern: string, parts: CopyNameParts): string {
  return pattern.replace(TOKEN, (whole, token: string) => (isToken(token) ? parts[token] : whole));
}

function tokensOf(pattern: string): readonly string[] {
  return [...pattern.matchAll(TOKEN)].map(([, token = ""]) => token);
}

function isToken(token: string): token is Token {
  return Object.hasOwn(COPY_NAME_TOKENS, token);
}

/** Mistakes in a pattern that do not depend on the destination. */
export function patternMistakes(
  pattern: string,
): readonly { readonly what: string; readonly allowed: string }[] {
  const tokens = tokensOf(pattern);
  const unknown = tokens.filter((token) => !isToken(token));
  const wrong = [...new Set(pattern.replace(TOKEN, "").match(NOT_IN_NAMES))];
  return [
    ...unknown.map((token) => ({
      what: `"{${token}}" is not a known token`,
      allowed: Object.keys(COPY_NAME_TOKENS)
        .map((known) => `{${known}}`)
        .join(", "),
    })),
    ...(wrong.length === 0
      ? []
      : [
          {
            what: `an image name cannot contain ${wrong.map((one) => JSON.stringify(one)).join(", ")}`,
            allowed: "letters, digits, spaces and ( ) [ ] . / - ' @ _",
          },
        ]),
    ...(pattern.trim() === pattern ? [] : [{ what: "it begins or ends with a space", allowed: "neither" }]),
    ...(tokens.some((token) => DISTINCT.some((distinct) => distinct === token))
      ? []
      : [
          {
            what: "copies of two images would have the same name, which EC2 allows only once in an account and Region",
            allowed: "a pattern with {name} or {id}",
          },
        ]),
  ];
}

/** By how many characters a pattern is too long for a place, with the shortest possible image name; 0 if it is not too long. */
export function excessOf(
  pattern: string,
  place: Pick<CopyNameParts, "rule" | "account" | "accountId" | "region">,
): number {
  const { length } = filled(pattern, { ...LONGEST, ...place });
  const names = tokensOf(pattern).filter((token) => token === "name").length;
  return Math.max(0, length + names * MIN_IMAGE_NAME - MAX_IMAGE_NAME);
}
