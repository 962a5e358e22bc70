/** The owner of the long-term access key. */
export interface AccessKeyOwner {
  /** 12 digits. */
  readonly account: string;
  readonly partition: string;
  readonly userName: string;
}

/** Access keys of IAM users, as CreateAccessKey issued them. */
export class AccessKeys {
  private readonly owners = new Map<string, { readonly owner: AccessKeyOwner; active: boolean }>();

  add(accessKeyId: string, owner: AccessKeyOwner): void {
    this.owners.set(accessKeyId, { owner, active: true });
  }

  remove(accessKeyId: string): void {
    this.owners.delete(accessKeyId);
  }

  setActive(accessKeyId: string, active: boolean): void {
    const key = this.owners.get(accessKeyId);
    if (key !== undefined) key.active = active;
  }

  /** The owner of a usable key; undefined for a key that is unknown or inactive. */
  active(accessKeyId: string): AccessKeyOwner | undefined {
    const key = this.owners.get(accessKeyId);
    return key?.active === true ? key.owner : undefined;
  }

  /** The owner of any key that has not been deleted. */
  owner(accessKeyId: string): AccessKeyOwner | undefined {
    return this.owners.get(accessKeyId)?.owner;
  }
}
