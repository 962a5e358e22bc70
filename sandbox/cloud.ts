import { decide } from "./authorise/decide";
import type { Clock, Cloud, ImageDirectory, KeyService, Moto } from "./contract";
import type { Identities } from "./identity/identities";

/** The cloud as its own services see it, together with what only the frame uses. */
export interface FrameCloud extends Cloud {
  readonly identities: Identities;
}

export interface CloudParts {
  readonly clock: Clock;
  readonly moto: Moto;
  readonly identities: Identities;
  readonly keys: KeyService;
  readonly images: ImageDirectory;
}

export function createCloud(parts: CloudParts): FrameCloud {
  return {
    ...parts,
    decide: (caller, check) => Promise.resolve(decide(parts.clock, caller, check)),
  };
}
