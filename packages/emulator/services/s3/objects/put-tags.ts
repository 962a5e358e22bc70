import { escapeXml } from "../../../wire/xml";
import type { S3Parts } from "../parts";
import type { Bucket } from "../state";

/**
 * Sets exactly these tags on a version; moto does not accept an empty set.
 * @param tagging `team=web&stage=test`
 */
export async function putTags(
  backend: S3Parts["backend"],
  bucket: Bucket,
  { key, version }: { readonly key: string; readonly version: string },
  tagging: string,
): Promise<void> {
  const query = { tagging: "", versionId: version };
  const tags = [...new URLSearchParams(tagging)].map(
    ([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  if (tags.length === 0) {
    await backend.send(bucket, { method: "DELETE", key, query });
    return;
  }
  const body = Buffer.from(`<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`);
  await backend.send(bucket, { method: "PUT", key, query, body });
}
