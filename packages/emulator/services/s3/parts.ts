import type { Identities } from "../../identity/identities";
import type { Backend } from "./backend";
import type { S3State } from "./state";

/** What S3's operations work on. */
export interface S3Parts {
  readonly state: S3State;
  readonly backend: Backend;
  readonly identities: Identities;
}
