/** Longest name of an image. Source: EC2 API reference, CopyImage. */
const NAME_LENGTH = 128;

/**
 * The name of an image's copy under a later key: `web-1` becomes `web-1@2`, and that `web-1@3`.
 * @param key generation of the key, or the beginning of its id
 */
export function nextName(name: string, key: number | string): string {
  const suffix = `@${key}`;
  return `${name.replace(/@\d+$/, "").slice(0, NAME_LENGTH - suffix.length)}${suffix}`;
}
