/** A value in a message is no longer than this. */
const SHOWN = 60;

/** A value of the user's in a message, as the user has written it, not longer than one can read. @param value plain data */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
