import type { RunEvent } from "../../scripts/engine/events";
import type { Plan, PlannedAction, PlannedCopy, PlannedRule } from "../../scripts/engine/results";

/**
 * What a plan says and what a run then did, in the same words, so that they can be compared. The progress of a copy is not
 * compared, because the copy continues between the two; neither are the missing attributes of a new copy.
 */
export type Deeds = readonly string[];

/** What a run would do according to its plan. */
export function plannedDeeds({ rules }: Plan): Deeds {
  return sorted(rules.flatMap((rule) => [...rule.actions.flatMap(ofAction), ...copyDeeds(rule)]));

  function ofAction(action: PlannedAction): readonly string[] {
    if (action.do === "ensure-service-linked-role") return [`service-linked role in ${action.account}`];
    return [];
  }
}

function copyDeeds(rule: PlannedRule): readonly string[] {
  const source = rule.actions.find((action) => action.do === "share-source");
  return [
    ...rule.actions
      .filter((action) => action.do === "share-image")
      .flatMap((action) => {
        const copy = rule.copies.find(({ node }) => action.needs.includes(node));
        return shared(copy?.node ?? rule.sourceImageId, action.with ?? []);
      }),
    ...(rule.publishTo === undefined
      ? []
      : rule.shares.map(
          ({ node, heldBackFor }) => `${heldBackFor === undefined ? "publish" : "hold back"} ${node}`,
        )),
    ...(source === undefined ? [] : shared(rule.sourceImageId, source.with ?? [])),
    ...rule.copies.flatMap((copy) =>
      copy.role === "final" ? finalDeeds(rule, copy) : transitDeeds(rule, copy),
    ),
  ];
}

function finalDeeds({ publishTo }: PlannedRule, copy: PlannedCopy): readonly string[] {
  const { node, action, sets, retires, heldBackFor } = copy;
  const changed = [...new Set(sets.map(({ what }) => what))].sort();
  return [
    ...makingDeeds(copy),
    ...(action === "verify" && changed.length > 0 ? [`set ${changed.join(", ")} on ${node}`] : []),
    `verify ${node}`,
    ...(publishTo === undefined || copy.isShared === true
      ? []
      : [`${heldBackFor === undefined ? "publish" : "hold back"} ${node}`]),
    ...retires.map((imageId) => `retire ${imageId}`),
  ];
}

function transitDeeds({ actions }: PlannedRule, copy: PlannedCopy): readonly string[] {
  const { node, action, stands } = copy;
  const share = actions.find(({ id }) => id === `${node}/share`);
  const accounts = share?.with ?? [];
  const isEnded = actions.some(({ id, removes }) => id === `${node}/remove` && removes === true);
  const isThere = stands !== undefined || share !== undefined;
  return [
    ...(share === undefined ? [] : makingDeeds(copy)),
    ...shared(node, accounts),
    ...(isEnded && isThere && action !== "unknown" ? [`remove ${node}`] : []),
  ];
}

function makingDeeds({ node, action }: PlannedCopy): readonly string[] {
  if (action === "copy") return [`copy ${node}`];
  return action === "copy-again" ? [`copy ${node}`, `remove the failed copy of ${node}`] : [];
}

type EventOf<Code extends RunEvent["code"]> = Extract<RunEvent, { readonly code: Code }>;

/** The information that is needed to interpret the events of a run. */
interface Reading {
  /** The copy in the plan that was made before the run. */
  plannedCopy(node: string): PlannedCopy | undefined;
  /** Whether an earlier run had started the copy, but AWS did not show it yet when the plan was made. */
  isLate(node: string): boolean;
  /** The source image's id, or the node whose copy it is. */
  nameOf(imageId: string): string;
}

/** What was done, by event; all other events only report progress. */
const DONE: { readonly [Code in RunEvent["code"]]?: (event: EventOf<Code>, reading: Reading) => Deeds } = {
  ServiceLinkedRoleReady: ({ account }) => [`service-linked role in ${account}`],
  Shared: ({ imageId, accounts }, { nameOf }) => shared(nameOf(imageId), accounts),
  CopyStarted: ({ node }) => [`copy ${node}`],
  CopyFound: ({ node }, { isLate }) => (isLate(node) ? [`copy ${node}`] : []),
  CopyCompleted: ({ node, set }, { plannedCopy }) =>
    plannedCopy(node)?.action === "verify" ? [`set ${[...set].sort().join(", ")} on ${node}`] : [],
  CopyVerified: ({ node }) => [`verify ${node}`],
  ImagePublished: ({ node }) => [`publish ${node}`],
  PublicationHeld: ({ node }) => [`hold back ${node}`],
  CopyRemoved: (event) => [removed(event)],
};

/** What a run did according to its events. @param plan made before the run */
export function doneDeeds(events: readonly RunEvent[], { rules }: Plan): Deeds {
  const copies = rules.flatMap((rule) => rule.copies.map((copy) => ({ rule, copy })));
  const of = (node: string) => copies.find(({ copy }) => copy.node === node);
  const nodes = new Map(
    events.flatMap((event) =>
      event.code === "CopyStarted" || event.code === "CopyFound" ? [[event.imageId, event.node]] : [],
    ),
  );
  const reading: Reading = {
    plannedCopy: (node) => of(node)?.copy,
    isLate: (node) => of(node)?.rule.pinned === true && of(node)?.copy.action === "copy",
    nameOf: (imageId) => nodes.get(imageId) ?? imageId,
  };
  return sorted(events.flatMap((event) => deedsOf(event, reading)));
}

function deedsOf<Code extends RunEvent["code"]>(event: EventOf<Code>, reading: Reading): Deeds {
  return DONE[event.code as Code]?.(event, reading) ?? [];
}

function removed({ node, imageId, because }: EventOf<"CopyRemoved">): string {
  if (because === "retired") return `retire ${imageId}`;
  return because === "failed" ? `remove the failed copy of ${node}` : `remove ${node}`;
}

function shared(what: string, accounts: readonly string[]): Deeds {
  return accounts.map((account) => `share ${what} with ${account}`);
}

function sorted(deeds: readonly string[]): Deeds {
  return [...new Set(deeds)].sort();
}

/** What an earlier run may already have done, although AWS did not show it yet when the plan was made. */
const DONE_BEFORE = /^(copy|share|remove) /;

/**
 * A complete run did everything in its plan and nothing else; a failed or interrupted run did nothing else. A run that resumes
 * another one may find things done that were not visible when the plan was made.
 * @param isResumed whether another run was just interrupted. @default - whether it pinned a source image
 */
export function expectAsPlanned(
  plan: Plan,
  events: readonly RunEvent[],
  isWhole: boolean,
  isResumed = plan.rules.some(({ pinned }) => pinned),
): void {
  const planned = plannedDeeds(plan);
  const done = doneDeeds(events, plan);
  if (isWhole && !isResumed) return expect(done).toEqual(planned);
  expect(done.filter((deed) => !planned.includes(deed))).toEqual([]);
  const missing = planned.filter((deed) => !done.includes(deed));
  if (isWhole) expect(missing.filter((deed) => !DONE_BEFORE.test(deed))).toEqual([]);
}
