/** The time to the second, so that the next resource has another name: `20260102-150405`. */
export function timeInNames(): string {
  return new Date().toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
}
