/** The state of IAM before a write: other services continue to use it for some time, because changes spread slowly. */
export class Past<T> {
  private readonly held = new Map<string, { readonly until: number; readonly value: T | undefined }[]>();

  constructor(private readonly now: () => number) {}

  /** Call this before a write, with the state so far; undefined when nothing existed. @param until in milliseconds */
  hold(key: string, value: T | undefined, until: number): void {
    this.held.set(key, [...(this.held.get(key) ?? []), { until, value }]);
  }

  /** The earlier state that is still in use; undefined when the current state is in use. */
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
