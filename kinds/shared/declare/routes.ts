/** Routes as they are compared: what each asks for, and what closes it for one source and one destination. */

/** An account and Region of a journey, as far as routes depend on it. */
export interface RoutePlace {
  /** The user's name of the account. */
  readonly account: string;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  /** Id of the organisation that the account is a member of. @default - not told */
  readonly organization?: string;
}

/** Which accounts the keys of a source's account may be opened to. */
export type KeySharing = boolean | "organization";

/** One source and one destination. */
export interface Journey {
  readonly from: RoutePlace & { readonly shareKeys: KeySharing };
  readonly to: RoutePlace;
}

/** A route: what people weigh against another one. */
export interface Route<N extends string, F> {
  readonly route: N;
  readonly needs: string;
  readonly forbids: string;
  readonly loses: string;
  readonly costs: (facts: F) => string;
  /** Why it is chosen before those after it in the table. @default - it is never chosen: only the user asks for it */
  readonly chosenBecause?: string;
}

/** Something that closes routes. */
export interface Obstacle<N extends string, F> {
  readonly closes: readonly N[];
  /** Why, as a clause; undefined: it is not in the way. */
  readonly because: (facts: F) => string | undefined;
  /** What takes it out of the way. */
  readonly fix: (facts: F) => string;
}

/** The routes of a kind, in the order in which they are preferred, and everything that closes one of them. */
export interface RouteTable<N extends string, F> {
  readonly routes: readonly Route<N, F>[];
  readonly obstacles: readonly Obstacle<N, F>[];
}

/** Why a route is closed. */
export interface ClosedBecause {
  readonly because: string;
  readonly fix: string;
}

/** A route for one source and one destination; it is open where nothing closes it. */
export interface JudgedRoute<N extends string = string> {
  readonly route: N;
  readonly costs: string;
  readonly closed: readonly ClosedBecause[];
}

/** The route that is taken, and why; or why there is none. */
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

/** The first open route of a table, with why none before it is; a route that only the user asks for is left out. */
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

/** Whether a journey ends in another account than it begins in. */
export function leavesAccount({ from, to }: Journey): boolean {
  return from.accountId !== to.accountId;
}

/** Why the keys of the source's account may not be opened to the destination; undefined where they may, or need not. */
export function keysNotShared({ from, to }: Journey): string | undefined {
  if (from.accountId === to.accountId || from.shareKeys === true) return undefined;
  const setting = `accounts.${from.account}.shareKeys`;
  if (from.shareKeys === false) return `${from.account} shares its keys with no other account (${setting})`;
  if (from.organization !== undefined && from.organization === to.organization) return undefined;
  return `${from.account} shares its keys only within its organisation (${setting}), and the topology does not say that ${to.account} is in it`;
}
