/** A word of a POSIX shell, whatever it holds: in quotes where the shell would read more than a word in it. */
export function shellWord(text: string): string {
  return /^[\w+=,.@:/-]+$/.test(text) ? text : `'${text.replace(/'/g, `'\\''`)}'`;
}
