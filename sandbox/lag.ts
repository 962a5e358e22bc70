import type { AccessCheck, Call, Caller, Clock, JsonObject } from "./contract";
import { notFound, type ResourceKind } from "./services/ec2/errors";

/** Where a Describe answer lists what, and since when it exists. */
interface Listing {
  readonly set: string;
  readonly id: string;
  readonly born: string;
  readonly kind: ResourceKind;
  /** The request's list of ids. */
  readonly asked: string;
}

const LISTINGS: Readonly<Record<string, Listing>> = {
  DescribeImages: { set: "imagesSet", id: "imageId", born: "creationDate", kind: "image", asked: "ImageId" },
  DescribeSnapshots: {
    set: "snapshotSet",
    id: "snapshotId",
    born: "startTime",
    kind: "snapshot",
    asked: "SnapshotId",
  },
  DescribeVolumes: {
    set: "volumeSet",
    id: "volumeId",
    born: "createTime",
    kind: "volume",
    asked: "VolumeId",
  },
};

/** Calls after which authorisation goes on, for a while, with what was there before. */
const KEY_WRITES = new Set(["PutKeyPolicy", "CreateGrant", "RetireGrant", "RevokeGrant"]);
const ROLE_WRITES = /^(Attach|Detach|Put|Delete)Role(Policy|PermissionsBoundary)$/;

interface Stale<T> {
  readonly until: number;
  readonly value: T;
}

/**
 * Eventual consistency as AWS has it, where it was seen to matter: what was just created is not described yet, and a
 * change of a key's policy or grants, or of a role's policies, is not yet obeyed. In seconds of wall time, which is what
 * clients wait in; advancing the clock passes them too. With 0 seconds nothing lags.
 */
export class Lag {
  private readonly keys = new Map<string, Stale<Pick<AccessCheck, "resourcePolicy" | "grants">>>();
  private readonly roles = new Map<string, Stale<Caller>>();
  /** Sessions as their roles' policies were when they were last asked for. */
  private readonly seen = new Map<string, Caller>();

  constructor(
    private readonly clock: Pick<Clock, "now">,
    private readonly seconds: number,
  ) {}

  /** The check with the key's policy and grants, and the caller with the role's policies, as they are seen now. */
  view(caller: Caller, check: AccessCheck): readonly [Caller, AccessCheck] {
    if (this.seconds === 0) return [caller, check];
    const role = caller.roleArn;
    const earlier = role === undefined ? undefined : this.fresh(this.roles, role);
    const asked = earlier === undefined ? caller : { ...caller, ...documentsOf(earlier) };
    if (role !== undefined && earlier === undefined) this.seen.set(role, caller);
    const key = check.action.startsWith("kms:") ? this.fresh(this.keys, check.resource) : undefined;
    return [asked, key === undefined ? check : { ...check, ...key }];
  }

  /** To be called when a call has succeeded, with what it was checked on. */
  written(call: Call, checks: readonly AccessCheck[]): void {
    if (this.seconds === 0) return;
    const until = this.now() + this.seconds * 1000;
    if (call.service === "kms" && KEY_WRITES.has(call.operation)) {
      for (const { resource, resourcePolicy, grants } of checks) {
        const before = this.fresh(this.keys, resource) ?? { resourcePolicy, grants };
        this.keys.set(resource, { until, value: before });
      }
    }
    if (call.service === "iam" && ROLE_WRITES.test(call.operation)) {
      const suffix = `/${String(call.input["RoleName"])}`;
      for (const [arn, caller] of this.seen) {
        if (caller.account === call.caller.account && arn.endsWith(suffix)) {
          this.roles.set(arn, { until, value: caller });
        }
      }
    }
  }

  /** An answer of EC2 without what is too young to be seen. @throws AwsError for what was asked for by its id */
  described(call: Call, output: JsonObject): JsonObject {
    const listing = call.service === "ec2" ? LISTINGS[call.operation] : undefined;
    const items = listing === undefined ? undefined : output[listing.set];
    if (this.seconds === 0 || listing === undefined || !Array.isArray(items)) return output;
    const { set, id, born, kind, asked } = listing;
    const youngest = this.now() - this.seconds * 1000;
    const isYoung = (item: JsonObject) => Date.parse(String(item[born])) > youngest;
    const young = (items as readonly JsonObject[]).filter(isYoung).map((item) => String(item[id]));
    const wanted = call.input[asked];
    const missing = Array.isArray(wanted) ? young.filter((one) => wanted.includes(one)) : [];
    if (missing.length > 0) throw notFound(kind, ...missing);
    return { ...output, [set]: (items as readonly JsonObject[]).filter((item) => !isYoung(item)) };
  }

  reset(): void {
    for (const map of [this.keys, this.roles, this.seen]) map.clear();
  }

  private fresh<T>(map: Map<string, Stale<T>>, name: string): T | undefined {
    const stale = map.get(name);
    if (stale !== undefined && stale.until > this.now()) return stale.value;
    map.delete(name);
    return undefined;
  }

  private now(): number {
    return this.clock.now().getTime();
  }
}

function documentsOf({ identity, boundary }: Caller): Pick<Caller, "identity" | "boundary"> {
  return { identity, boundary };
}
