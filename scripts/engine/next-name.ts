/** Longest name of an image. Source: EC2 API reference, CopyImage. */
const NAME_LENGTH = 128;

/** The name of an image's copy under a generation of a key: `web-1` becomes `web-1@2`, and that `web-1@3`. */
export function nextName(name: string, generation: number): string {
  const suffix = `@${generation}`;
  return `${name.replace(/@\d+$/, "").slice(0, NAME_LENGTH - suffix.length)}${suffix}`;
}
