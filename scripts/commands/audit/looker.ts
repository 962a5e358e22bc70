import { isAwsError } from "../../aws";

/** Reads from AWS, and collects what it could not read as sentences, so that the rest is still reported. */
export class Looker {
  private readonly reasons = new Set<string>();

  /** Accounts (12 digits) in which a call was denied. */
  readonly unread = new Set<string>();

  get unseen(): readonly string[] {
    return [...this.reasons];
  }

  /**
   * @param account the account that is read, 12 digits. @default - several
   * @returns `otherwise` if AWS denies it
   */
  async look<T>(work: () => Promise<T>, otherwise: T, account?: string): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isAwsError(error)) throw error;
      this.note(error.message);
      if (account !== undefined) this.unread.add(account);
      return otherwise;
    }
  }

  note(reason: string): void {
    this.reasons.add(reason);
  }
}
