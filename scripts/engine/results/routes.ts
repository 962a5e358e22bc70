import type { JobId } from "../../../topology/ids";
import type { JudgedRoute, Route, RouteChoice } from "../../../topology";
import type { Refusal } from "../errors";

/** The requirements of a route, for any kind of resource. */
export type OfferedRoute = Pick<Route<string, never>, "route" | "needs" | "forbids" | "loses">;

/** The routes into one account and Region. */
export interface RoutedDestination {
  /** 12 digits. */
  readonly account: string;
  readonly accountName: string;
  readonly region: string;
  /** As the topology has it: `auto`, `copy-image`, ...; `one-step or two-steps` of a database, whose runs choose. */
  readonly declared: string;
  /** What the lock file has for `auto`. @default - nothing yet, or the topology names the route */
  readonly chosenBefore?: string;
  /** In the order in which they are preferred. */
  readonly routes: readonly JudgedRoute[];
  readonly choice: RouteChoice;
}

/** A rule with its source as it is now. */
export interface RoutedRule {
  readonly rule: string;
  /** The noun for the resource: `image`. */
  readonly kind: string;
  readonly sourceId: string;
  readonly sourceName: string;
  readonly sourceAccountName: string;
  readonly sourceRegion: string;
  readonly destinations: readonly RoutedDestination[];
}

/** The existing routes, which of them can be used for the current sources, and the choice. */
export interface RoutesReport {
  readonly topology: string;
  /** The routes of each kind that has several. */
  readonly kinds: readonly { readonly kind: string; readonly routes: readonly OfferedRoute[] }[];
  readonly rules: readonly RoutedRule[];
  /** What could not be read, and the destinations without a usable route. */
  readonly refusals: readonly Refusal[];
  /**
   * Copy jobs whose choice is in the lock file now, with the previous choice. @default - nothing had to be written, or not every
   * choice could be made
   */
  readonly written?: readonly {
    readonly job: JobId;
    readonly route: string;
    readonly before?: string;
  }[];
}
