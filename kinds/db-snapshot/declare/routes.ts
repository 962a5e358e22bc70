import { keysNotShared, type SourceAndDestination, type RouteTable } from "../../shared/declare/routes";
import { uncopiable, type DatabaseSnapshot } from "./uncopiable";

/** The facts about a source and a destination that determine the route of a database snapshot. */
export interface DatabaseRouteFacts extends SourceAndDestination {
  readonly snapshot: DatabaseSnapshot & { readonly id: string; readonly dataGiB: number };
  /** Why the route uses a transit copy. @default - it does not */
  readonly throughTransit?: string;
}

export type DatabaseRoute = "one-step" | "two-steps";

/** Both routes use CopyDBSnapshot or CopyDBClusterSnapshot; the graph of a rule makes the same choice. */
export const DATABASE_ROUTES: RouteTable<DatabaseRoute, DatabaseRouteFacts> = {
  routes: [
    {
      route: "one-step",
      needs: "a manual snapshot, under the transit key or unencrypted, that is shared during the copy",
      forbids: "automated snapshots; snapshots under keys that cannot be shared, such as aws/rds",
      loses: "the option group, in another account or Region",
      costs: (facts) => moved(facts),
      chosenBecause: "one API call of AWS copies the snapshot into another account and Region",
    },
    {
      route: "two-steps",
      needs: "a transit copy in the source's account that is shared during the copy",
      forbids: "keys that may not be shared",
      loses: "the option group, in another account or Region",
      costs: (facts) => `${moved(facts)}; a transit copy during the run`,
      chosenBecause: "the transit copy is a manual snapshot under a key that can be shared",
    },
  ],
  obstacles: [
    {
      closes: ["one-step", "two-steps"],
      because: ({ snapshot }) => {
        const problem = uncopiable(snapshot);
        return problem === undefined ? undefined : `${snapshot.id} ${problem.what}`;
      },
      fix: ({ from, snapshot }) => `account ${from.accountId} must ${uncopiable(snapshot)?.fix ?? "wait"}`,
    },
    {
      closes: ["one-step", "two-steps"],
      because: keysNotShared,
      fix: ({ from, to }) =>
        `if ${from.account} may share keys with ${to.account}, change accounts.${from.account}.shareKeys`,
    },
    {
      closes: ["one-step"],
      because: ({ throughTransit }) => throughTransit,
      fix: () => "create a manual snapshot under the transit key",
    },
  ],
};

function moved({ from, to, snapshot }: DatabaseRouteFacts): string {
  const size = `${Math.ceil(snapshot.dataGiB * 10) / 10} GiB`;
  return from.region === to.region ? `${size} within the Region` : `${size} between Regions`;
}
