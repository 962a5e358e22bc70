/** A noun with its indefinite article: `an image`, `a snapshot`. */
export function aNoun(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
