/** Splits a text into words; keeps long lists of names readable. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
