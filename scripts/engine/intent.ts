import { putJson, readJson, type Book } from "./bookkeeping";

/**
 * What a run means to do, written before it does anything and removed when all of it stands: a run that finds one
 * resumes it. It pins the source image, so that `newest` does not move while copies of it are under way.
 */
export interface Intent {
  readonly run: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly sourceImageId: string;
}

export async function readIntent(book: Book): Promise<Intent | undefined> {
  const intent = await readJson<Intent>(book.parameters, book.intentName);
  return typeof intent?.sourceImageId === "string" ? intent : undefined;
}

/** Writes the intent unless there is one; the caller holds the lease and has looked. */
export async function writeIntent(book: Book, intent: Intent): Promise<void> {
  await putJson(book.parameters, book.intentName, intent, true);
}

export async function removeIntent(book: Book): Promise<void> {
  await book.parameters.delete(book.intentName);
}
