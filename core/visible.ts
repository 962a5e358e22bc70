/**
 * Characters that a terminal or a browser interprets and does not show: control characters except tabs and line ends, and
 * characters that change the direction of the text or are invisible. Source: ECMA-48; Unicode Standard Annex 9, "Explicit directional
 * formatting characters"; Unicode's Default_Ignorable_Code_Point for the others.
 */
const OBEYED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Escapes these characters in a text, as in JSON: `\u001b` replaces the character itself. */
export function visible(text: string): string {
  return text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
