import { createHash } from "node:crypto";
import { newMaterial, type Family, type Key, type KmsState, type Material } from "./state";

/** The material that encrypts. */
export function currentMaterial(state: KmsState, key: Key): Material | undefined {
  return state.family(key).materials.find((material) => material.state === "CURRENT");
}

/** The bytes of a material as this key has them; undefined when it does not belong to the key, has expired or was deleted. */
export function materialBytes(state: KmsState, key: Key, id: string): Buffer | undefined {
  const material = state.family(key).materials.find((candidate) => candidate.id === id);
  return material?.bytes ?? (material === undefined ? undefined : key.imported[id]?.bytes);
}

/** The id of imported material; the same material in another key has another id. */
export function importedMaterialId({ account, keyId }: Key, bytes: Buffer): string {
  return createHash("sha256").update(`${account}/${keyId}\n`).update(bytes).digest("hex");
}

/** Makes new material current, or the pending one; all earlier ones still decrypt. */
export function rotate(family: Family, type: NonNullable<Material["rotationType"]>, now: Date): void {
  const waiting = family.materials.find(({ state }) => state === "PENDING_ROTATION");
  for (const material of family.materials) if (material.state === "CURRENT") material.state = "NON_CURRENT";
  const next = waiting ?? newMaterial();
  next.state = "CURRENT";
  next.rotationDate = now;
  next.rotationType = type;
  if (waiting === undefined) family.materials.push(next);
}

/** Whether the key has every material that decryption could need. */
export function isComplete(state: KmsState, key: Key): boolean {
  const { materials } = state.family(key);
  const permanent = materials.filter((material) => !isPending(material));
  return permanent.length > 0 && permanent.every(({ id }) => materialBytes(state, key, id) !== undefined);
}

/** Imported, but not yet a permanent part of the key. */
export function isPending({ state }: Material): boolean {
  return state !== "CURRENT" && state !== "NON_CURRENT";
}
