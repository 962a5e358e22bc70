import { compareKeys } from "../../../core/object-keys";
import type { ListedVersion } from "../../aws";

/** A current object of a source, and its replica if there is one: a replica has the version id of its source. */
export interface Compared {
  readonly object: ListedVersion;
  readonly replica?: ListedVersion;
}

type Pages = AsyncIterable<readonly ListedVersion[]>;

/** Iterates over a listing, and holds one page of it. */
class Cursor {
  private page: readonly ListedVersion[] = [];
  private index = 0;
  private readonly pages: AsyncIterator<readonly ListedVersion[]>;

  constructor(pages: Pages) {
    this.pages = pages[Symbol.asyncIterator]();
  }

  /** The current version; undefined at the end of the page. */
  here(): ListedVersion | undefined {
    return this.page[this.index];
  }

  advance(): void {
    this.index += 1;
  }

  /** Fetches pages until there is a current version. @returns false at the end */
  async filled(): Promise<boolean> {
    while (this.index >= this.page.length) {
      const { done, value } = await this.pages.next();
      if (done === true) return false;
      this.page = value;
      this.index = 0;
    }
    return true;
  }
}

/**
 * Every current object of a source with its replica, in the order of the keys. Both listings are read side by side, one page of each
 * at a time, however many objects there are.
 */
export async function* compareListings(
  source: Pages,
  destination: Pages,
): AsyncIterable<readonly Compared[]> {
  const replicas = new Cursor(destination);
  for await (const page of source) {
    const compared: Compared[] = [];
    for (const object of page) {
      if (!object.isLatest || object.isDeleteMarker) continue;
      const replica = await replicaOf(object, replicas);
      compared.push(replica === undefined ? { object } : { object, replica });
    }
    if (compared.length > 0) yield compared;
  }
}

/** Skips earlier versions, and stops at a later one. */
async function replicaOf(object: ListedVersion, replicas: Cursor): Promise<ListedVersion | undefined> {
  for (;;) {
    const here = replicas.here();
    if (here === undefined) {
      if (!(await replicas.filled())) return undefined;
      continue;
    }
    const order = compareKeys(here.key, object.key);
    if (order > 0) return undefined;
    replicas.advance();
    if (order === 0 && here.version === object.version && !here.isDeleteMarker) return here;
  }
}
