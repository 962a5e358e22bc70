import { decide } from "./authorise/decide";
import type {
  AccessCheck,
  Caller,
  Clock,
  Cloud,
  ImageDirectory,
  KeyService,
  Moto,
  ObjectStore,
} from "./contract";
import type { Verdict } from "@keyferry/evaluator";
import type { Faults } from "./faults/faults";
import type { Identities } from "./identity/identities";
import type { Organizations } from "./services/organizations/directory";
import type { History } from "./trail/history";

/** The cloud as its own services see it, plus what only the framework uses. */
export interface FrameCloud extends Cloud {
  readonly identities: Identities;
  readonly trail: History;
  readonly faults: Faults;
}

export interface CloudParts {
  readonly clock: Clock;
  readonly moto: Moto;
  readonly identities: Identities;
  readonly keys: KeyService;
  readonly images: ImageDirectory;
  readonly objects: ObjectStore;
  readonly organizations: Organizations;
  readonly trail: History;
  readonly faults: Faults;
}

export function createCloud(parts: CloudParts): FrameCloud {
  return {
    ...parts,
    decide: (caller, check) => Promise.resolve(decideAs(parts, caller, check)),
    heldBack: (work) => parts.faults.heldBack(work),
  };
}

/** Decides, unless a fault denies the action. */
export function decideAs(
  { clock, faults, organizations }: Pick<CloudParts, "clock" | "faults" | "organizations">,
  caller: Caller,
  check: AccessCheck,
): Verdict {
  if (faults.denies(caller, check)) {
    return {
      allowed: false,
      reason: "explicit-deny",
      by: [{ document: "fault of the rehearsal cloud", statement: "#0" }],
    };
  }
  return decide(clock, caller, check, organizations);
}
