import { isAwsError } from "../../aws";

/** Looks at AWS, and keeps what it could not see, in words, so that the rest is told all the same. */
export class Looker {
  private readonly reasons = new Set<string>();

  /** Accounts (12 digits) that have refused something. */
  readonly unread = new Set<string>();

  get unseen(): readonly string[] {
    return [...this.reasons];
  }

  /**
   * @param account whose account is looked at, 12 digits. @default - several
   * @returns `otherwise` where AWS refuses it
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
