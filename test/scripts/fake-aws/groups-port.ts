import type { GroupMember, GroupsPort, RefreshView } from "../../../scripts/aws";
import type { Place } from "../../../topology";
import { idOf, type Guard } from "./call";
import type { FakeCloud } from "./fake-cloud";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Seconds for replacing one instance in a refresh. */
const SECONDS_EACH = 60;
/** Seconds after which a refresh fails whose instances do not come into service. */
const PATIENCE_SECONDS = 3600;

/** An Auto Scaling group whose launches read an image parameter; a refresh replaces its instances one by one. */
export class FakeGroup {
  desired: number;
  templateVersion = "1";
  members: GroupMember[] = [];
  /** Newest first. */
  readonly refreshes: Mutable<RefreshView>[] = [];
  /** Why new instances do not come into service; undefined if they do. */
  unhealthy: string | undefined;
  private counter = 0;

  constructor(
    private readonly cloud: FakeCloud,
    private readonly place: Place,
    private readonly parameter: string,
    instances: number,
  ) {
    this.desired = instances;
    this.members = Array.from({ length: instances }, () => this.launch());
  }

  launch(change: Partial<GroupMember> = {}): GroupMember {
    const imageId = this.cloud.shown(this.place, this.parameter);
    return {
      instanceId: `i-${(this.counter += 1)}`,
      ...(imageId === undefined ? {} : { imageId }),
      lifecycle: "InService",
      isHealthy: true,
      isProtected: false,
      templateVersion: this.templateVersion,
      ...change,
    };
  }

  start(): string {
    const id = `refresh-${this.refreshes.length + 1}`;
    const startedAt = this.cloud.clock.now().toISOString();
    const instancesLeft = this.members.length;
    this.refreshes.unshift({ id, status: "Pending", startedAt, percent: 0, instancesLeft });
    return id;
  }

  end(refresh: Mutable<RefreshView>, status: string, reason?: string): void {
    Object.assign(refresh, { status, endedAt: this.cloud.clock.now().toISOString() });
    if (reason !== undefined) refresh.reason = reason;
  }

  /** Executes everything that is due. */
  settle(): void {
    const [refresh] = this.refreshes;
    if (refresh === undefined || refresh.endedAt !== undefined) return;
    const seconds = (this.cloud.clock.now().getTime() - Date.parse(refresh.startedAt)) / 1000;
    if (refresh.status === "Cancelling") return this.end(refresh, "Cancelled");
    if (this.unhealthy !== undefined) {
      if (seconds > PATIENCE_SECONDS) this.end(refresh, "Failed", this.unhealthy);
      return;
    }
    refresh.status = "InProgress";
    const total = this.members.length;
    const due = Math.min(total, Math.floor(seconds / SECONDS_EACH));
    for (let done = total - refresh.instancesLeft; done < due; done += 1) this.members[done] = this.launch();
    refresh.instancesLeft = total - due;
    refresh.percent = total === 0 ? 100 : Math.floor((100 * due) / total);
    if (due === total) this.end(refresh, "Successful");
  }
}

export function groupsPort(cloud: FakeCloud, place: Place, guard: Guard): GroupsPort {
  const { account, region } = place;
  const found = (name: string, operation: string) => {
    guard(account, region, operation);
    const group = cloud.groups.get(`${idOf(place)} ${name}`);
    group?.settle();
    return group;
  };
  return {
    group: async (name) => {
      const group = found(name, "DescribeAutoScalingGroups");
      if (group === undefined) return undefined;
      return {
        name,
        desired: group.desired,
        templateVersion: group.templateVersion,
        members: [...group.members],
      };
    },
    refreshes: async (name) => structuredClone(found(name, "DescribeInstanceRefreshes")?.refreshes ?? []),
    startRefresh: async (name) => {
      const group = found(name, "StartInstanceRefresh");
      const [newest] = group?.refreshes ?? [];
      return newest !== undefined && newest.endedAt === undefined ? undefined : group?.start();
    },
    cancelRefresh: async (name) => {
      const [newest] = found(name, "CancelInstanceRefresh")?.refreshes ?? [];
      if (newest === undefined || newest.endedAt !== undefined) return false;
      newest.status = "Cancelling";
      return true;
    },
  };
}
