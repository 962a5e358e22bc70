import { isAwsError } from "../aws";

/** The result of reading from AWS; empty if AWS denies access, which is reported elsewhere. */
export async function unlessClosed<T>(look: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await look();
  } catch (error) {
    if (isAwsError(error)) return [];
    throw error;
  }
}
