/** A text as one word of a POSIX shell: in quotes if the shell would not read it as one literal word. */
export function shellWord(text: string): string {
  return /^[\w+=,.@:/-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
