/** The words of a text; keeps long lists of names readable. */
export function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
