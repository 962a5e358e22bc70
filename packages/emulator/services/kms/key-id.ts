const KEY_ID = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Whether a text has the form of a key id, multi-Region or not. Source: KMS developer guide, "Key identifiers (KeyId)". */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}
