/** What IAM held before a write: others go on with it for a while, because what is written spreads slowly. */
export class Past<T> {
  private readonly held = new Map<string, { readonly until: number; readonly value: T | undefined }[]>();

  constructor(private readonly now: () => number) {}

  /** To be called before a write, with what was there; undefined where nothing was. @param until in milliseconds */
  hold(key: string, value: T | undefined, until: number): void {
    this.held.set(key, [...(this.held.get(key) ?? []), { until, value }]);
  }

  /** What is still gone on with; undefined where that is what is there now. */
  seen(key: string): { readonly value: T | undefined } | undefined {
    const left = (this.held.get(key) ?? []).filter(({ until }) => until > this.now());
    if (left.length === 0) this.held.delete(key);
    else this.held.set(key, left);
    return left[0];
  }

  clear(): void {
    this.held.clear();
  }
}
