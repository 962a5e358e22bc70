import type { Witness } from "./contexts";
import type { ComparedRights, Difference, Direction, RightChange } from "./compare";
import type { Sides } from "./gather";
import type { RightResource } from "./resource";
import type { Subject } from "./subject";

/** Actions with the smallest request that shows the difference. */
export interface Shown {
  readonly actions: readonly string[];
  readonly context: Witness;
  readonly before: string;
  readonly after: string;
}

/** One sentence about rights: who gains or loses what on which resources. */
export interface RightLine {
  readonly direction: Direction;
  readonly subject: Subject;
  readonly resources: readonly RightResource[];
  readonly actions: readonly string[];
  readonly uncertain: boolean;
  readonly witnesses: readonly Shown[];
  /** Principals that are part of the subject and gain or lose no more than it. */
  readonly including: readonly string[];
}

/** Which principals include which others. */
const BREADTH = ["everybody", "organization", "account"];

/**
 * The changes as sentences. A principal that is included in another is not reported separately, and resources with the same
 * change are reported together.
 */
export function rightLines({ changes }: ComparedRights, sides: Sides): readonly RightLine[] {
  const folded = foldIntoBroader(withoutGrantees(changes, sides).map(lineOf));
  const lines = new Map<string, RightLine>();
  for (const line of folded) {
    const { direction, subject, actions, uncertain, witnesses, including } = line;
    const contexts = witnesses.map(({ actions: some, context }) => [some, context]);
    const [resource] = line.resources;
    const text = JSON.stringify([
      direction,
      subject.label,
      actions,
      uncertain,
      contexts,
      including,
      resource?.kind,
    ]);
    const known = lines.get(text);
    lines.set(
      text,
      known === undefined ? line : { ...known, resources: [...known.resources, ...line.resources] },
    );
  }
  return [...lines.values()];
}

function lineOf({ direction, subject, resource, differences }: RightChange): RightLine {
  // A right whose change some request shows for certain is not reported again for requests whose decision is unknown.
  const sure = differences.filter(({ uncertain }) => !uncertain);
  const surely = new Set(sure.flatMap(({ actions }) => actions));
  const others = differences.filter(
    ({ uncertain, actions }) => uncertain && actions.some((action) => !surely.has(action)),
  );
  const counted = sure.length > 0 ? sure : others;
  return {
    direction,
    subject,
    resources: [resource],
    actions: [...new Set(counted.flatMap(({ actions }) => actions))].sort(),
    uncertain: sure.length === 0,
    witnesses: counted.map(shown),
    including: [],
  };
}

function shown({ actions, witness, before, after }: Difference): Shown {
  return { actions, context: witness, before, after };
}

function foldIntoBroader(lines: readonly RightLine[]): readonly RightLine[] {
  const byResource = new Map<string, RightLine[]>();
  for (const line of lines) {
    const text = `${line.direction} ${line.resources[0]?.arn} ${line.resources[0]?.label}`;
    byResource.set(text, [...(byResource.get(text) ?? []), line]);
  }
  return [...byResource.values()].flatMap((group) => {
    const including = new Map<RightLine, string[]>();
    const left = group.filter((line) => {
      const broader = group.find((other) => other !== line && covers(other, line));
      if (broader === undefined) return true;
      including.set(broader, [...(including.get(broader) ?? []), line.subject.label]);
      return false;
    });
    return left.map((line) => ({ ...line, including: including.get(line) ?? [] }));
  });
}

/** Whether another line already reports everything that a line says. */
function covers(broad: RightLine, line: RightLine): boolean {
  const rank = (one: RightLine) => {
    const index = BREADTH.indexOf(one.subject.kind);
    return index < 0 ? BREADTH.length : index;
  };
  if (rank(broad) >= rank(line) || broad.uncertain) return false;
  const hasNoAccount = line.subject.kind === "service" || line.subject.kind === "provider";
  if (hasNoAccount && broad.subject.kind !== "everybody") return false;
  if (broad.subject.kind === "account" && broad.subject.account !== line.subject.account) return false;
  const actions = new Set(broad.actions);
  return line.actions.every((action) => actions.has(action));
}

/** Rights from a grant that is added or removed are reported with the grant. */
function withoutGrantees(changes: readonly RightChange[], { base, head }: Sides): readonly RightChange[] {
  const textIn = (grants: Sides["base"]["grants"], id: string) => JSON.stringify(grants.get(id)?.grant);
  const changedGrants = [...head.grants, ...base.grants]
    .filter(([id]) => textIn(base.grants, id) !== textIn(head.grants, id))
    .map(([, grant]) => grant);
  return changes.filter(({ subject, resource, differences }) => {
    const operations = new Set(
      changedGrants
        .filter(({ key, grant }) => key === resource.arn && grant.granteePrincipal === subject.principal.arn)
        .flatMap(({ grant }) => grant.operations.map((name) => `kms:${name}`)),
    );
    return !differences.every(({ actions }) => actions.every((action) => operations.has(action)));
  });
}
