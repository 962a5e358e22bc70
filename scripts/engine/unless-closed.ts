import { isAwsError } from "../aws";

/** What a look at AWS finds; nothing where AWS does not let us look, which others tell. */
export async function unlessClosed<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error)) return [];
    throw error;
  }
}
