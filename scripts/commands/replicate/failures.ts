import type { ReplicationFailure, ReplicationObstacle } from "../../engine/results";
import type { Topology } from "../../../topology";
import type { ListedVersion, ObjectLook } from "../../aws";
import type { Replication } from "./context";
import type { ReplicationFacts } from "./facts";
import { judgeObject } from "./judge";

/** The most failed objects that are evaluated individually; others are counted with similar ones. */
const MAX_JUDGED = 500;
/** The most different reasons that are kept. */
const MAX_FAILURES = 20;

/** Failed objects by reason, for any number of objects. */
export class Failures {
  private readonly found = new Map<string, ReplicationFailure>();
  /** Why the last object of a kind failed. */
  private readonly ofKind = new Map<string, readonly ReplicationObstacle[]>();
  private judgements = 0;

  constructor(
    private readonly topology: Topology,
    private readonly replication: Replication,
    private readonly facts: ReplicationFacts,
  ) {}

  get all(): readonly ReplicationFailure[] {
    return [...this.found.values()];
  }

  add(object: ListedVersion, look: ObjectLook): void {
    this.keep(object, this.obstaclesTo(object, look));
  }

  /** Adds an object whose status S3 does not show, if it cannot be replicated. @returns whether it cannot */
  addRefused(object: ListedVersion, look: ObjectLook): boolean {
    const obstacles = this.obstaclesTo(object, look);
    if (obstacles.length > 0) this.keep(object, obstacles);
    return obstacles.length > 0;
  }

  private keep(object: ListedVersion, obstacles: readonly ReplicationObstacle[]): void {
    const why = JSON.stringify(obstacles.map(({ fix }) => fix.replaceAll(`/${object.key}`, "/*")));
    const failure = this.found.get(why);
    if (failure !== undefined) this.found.set(why, { ...failure, objects: failure.objects + 1 });
    else if (this.found.size < MAX_FAILURES)
      this.found.set(why, { objects: 1, example: object.key, obstacles: distinct(obstacles) });
  }

  private obstaclesTo({ key }: ListedVersion, look: ObjectLook): readonly ReplicationObstacle[] {
    const kind = kindOf(look);
    this.judgements += 1;
    if (this.judgements > MAX_JUDGED) return this.ofKind.get(kind) ?? [];
    const object = { ...look, key, tagged: look.tagCount > 0 };
    const { obstacles } = judgeObject(this.topology, this.replication, this.facts, object);
    this.ofKind.set(kind, obstacles);
    return obstacles;
  }
}

/** The properties of an object that decide, apart from its name. */
function kindOf({
  encryption = "",
  keyArn = "",
  bucketKey,
  tagCount,
  customerKey = false,
}: ObjectLook): string {
  return [encryption, keyArn, bucketKey, tagCount > 0, customerKey].join(" ");
}

export function distinct(obstacles: readonly ReplicationObstacle[]): readonly ReplicationObstacle[] {
  return [...new Map(obstacles.map((one) => [one.fix + one.what, one])).values()];
}
