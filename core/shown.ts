/** Maximum length of a value in a message. */
const SHOWN = 60;

/** A value of the user's in a message, as the user wrote it, shortened to a readable length. @param value plain data */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}...`;
}
