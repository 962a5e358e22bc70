/** Routes and their comparison: what each needs, and what closes it for one source and one destination. */

/** The properties of an account and Region on which routes depend. */
export interface RoutePlace {
  /** The user's name of the account. */
  readonly account: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Id of the account's organisation. @default - not set */
  readonly organization?: string;
}

/** Which accounts may get access to the keys of a source's account. */
export type KeySharing = boolean | "organization";

/** One source and one destination. */
export interface SourceAndDestination {
  readonly from: RoutePlace & { readonly shareKeys: KeySharing };
  readonly to: RoutePlace;
}

/** A route with the properties that users compare. */
export interface Route<N extends string, F> {
  readonly route: N;
  readonly needs: string;
  readonly forbids: string;
  readonly loses: string;
  readonly costs: (facts: F) => string;
  /** Why it is preferred to later routes in the table. @default - it is never chosen automatically, only by the user */
  readonly chosenBecause?: string;
}

/** An obstacle that closes routes. */
export interface Obstacle<N extends string, F> {
  readonly closes: readonly N[];
  /** The reason, as a clause; undefined: the obstacle does not apply. */
  readonly because: (facts: F) => string | undefined;
  /** How to remove the obstacle. */
  readonly fix: (facts: F) => string;
}

/** The routes of a kind, in the order of preference, and all obstacles that close them. */
export interface RouteTable<N extends string, F> {
  readonly routes: readonly Route<N, F>[];
  readonly obstacles: readonly Obstacle<N, F>[];
}

/** Why a route is closed. */
export interface ClosedBecause {
  readonly because: string;
  readonly fix: string;
}

/** A route for one source and one destination; it is open if nothing closes it. */
export interface JudgedRoute<N extends string = string> {
  readonly route: N;
  readonly costs: string;
  readonly closed: readonly ClosedBecause[];
}

/** The chosen route and the reason; or why no route is open. */
export type RouteChoice<N extends string = string> =
  { readonly route: N; readonly because: string } | { readonly refused: readonly ClosedBecause[] };

/** Every route of a table for one source and one destination. */
export function judgeRoutes<N extends string, F>(
  table: RouteTable<N, F>,
  facts: F,
): readonly JudgedRoute<N>[] {
  return table.routes.map(({ route, costs }) => ({
    route,
    costs: costs(facts),
    closed: table.obstacles.flatMap(({ closes, because, fix }) => {
      const reason = closes.includes(route) ? because(facts) : undefined;
      return reason === undefined ? [] : [{ because: reason, fix: fix(facts) }];
    }),
  }));
}

/** The first open route of a table, with the reasons why earlier ones are closed. Routes that are never chosen automatically are left out. */
export function chooseRoute<N extends string, F>(table: RouteTable<N, F>, facts: F): RouteChoice<N> {
  const judged = judgeRoutes(table, facts);
  const before: string[] = [];
  const refused: ClosedBecause[] = [];
  for (const { route, chosenBecause } of table.routes) {
    if (chosenBecause === undefined) continue;
    const closed = judged.find((one) => one.route === route)?.closed ?? [];
    if (closed.length === 0) return { route, because: [chosenBecause, ...before].join("; ") };
    before.push(`${route} is closed, because ${closed.map(({ because }) => because).join(", and ")}`);
    refused.push(...closed.filter(({ because }) => refused.every((one) => one.because !== because)));
  }
  return { refused };
}

/** Whether the destination's account is not the source's account. */
export function leavesAccount({ from, to }: SourceAndDestination): boolean {
  return from.accountId !== to.accountId;
}

/** Why the keys of the source's account may not be shared with the destination; undefined if they may, or need not be. */
export function keysNotShared({ from, to }: SourceAndDestination): string | undefined {
  if (from.accountId === to.accountId || from.shareKeys === true) return undefined;
  const setting = `accounts.${from.account}.shareKeys`;
  if (from.shareKeys === false) return `${from.account} shares its keys with no other account (${setting})`;
  if (from.organization !== undefined && from.organization === to.organization) return undefined;
  return `${from.account} shares its keys only within its organisation (${setting}), and accounts.${to.account}.organization is not the same`;
}
