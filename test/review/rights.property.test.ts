import { compareStacks } from "../../review/review";
import { resourcesOfEstates, subjectsOf } from "../../review/rights/gather";
import type { Witness } from "../../review/rights/contexts";
import type { Comparison } from "../../review/rule";
import fc from "../_helpers/fast-check";
import { edited, ESTATE } from "./estate";
import { anyEdits } from "./rehearsed/any-edits";
import { HARMLESS } from "./rehearsed/calls";
import { DocumentRefused, RehearsedSide } from "./rehearsed/cloud";

/** Leaves out edits that AWS would not accept. */
async function sideOf(...given: Parameters<typeof RehearsedSide.of>): Promise<RehearsedSide> {
  try {
    return await RehearsedSide.of(...given);
  } catch (error) {
    fc.pre(!(error instanceof DocumentRefused));
    throw error;
  }
}

/** A change, its review, and a rehearsal cloud before it and after it. */
async function reviewed(edits: Parameters<typeof edited>[1], isReversed: boolean) {
  const after = edited(ESTATE, edits);
  const [base, head] = isReversed ? [after, ESTATE] : [ESTATE, after];
  const comparison = compareStacks({ stacks: base }, { stacks: head });
  const subjects = subjectsOf(comparison);
  const clouds = {
    base: await sideOf(comparison.base, subjects),
    head: await sideOf(comparison.head, subjects),
  };
  const stop = () => Object.values(clouds).forEach((cloud) => cloud.stop());
  return { comparison, subjects, clouds, stop };
}

it("every reported gain or loss of a right is confirmed by the rehearsal cloud before and after, for each action that it can test", async () => {
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(anyEdits, fc.boolean(), async (edits, isReversed) => {
      const { comparison, clouds, stop } = await reviewed(edits, isReversed);
      for (const { direction, subject, resources, uncertain, witnesses } of comparison.rights) {
        if (uncertain) continue;
        const wanted = direction === "gained" ? ["refused", "allowed"] : ["allowed", "refused"];
        for (const resource of resources) {
          for (const { actions, context } of witnesses) {
            for (const action of actions) {
              const before = await clouds.base.ask(subject, resource, action, context);
              if (before === undefined) continue;
              const answers = [before, await clouds.head.ask(subject, resource, action, context)];
              const what = { who: subject.label, on: resource.label, action, context };
              expect({ ...what, answers }).toEqual({ ...what, answers: wanted });
              asked += 1;
            }
          }
        }
      }
      stop();
    }),
    { numRuns: 60 },
  );
  expect(asked).toBeGreaterThan(50);
});

it("every change in a decision of the rehearsal cloud is reported", async () => {
  let changed = 0;
  const contexts: readonly Witness[] = [{}, { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" }];
  await fc.assert(
    fc.asyncProperty(anyEdits, fc.boolean(), async (edits, isReversed) => {
      const { comparison, subjects, clouds, stop } = await reviewed(edits, isReversed);
      for (const resource of resourcesOfEstates(comparison)) {
        for (const action of Object.keys(HARMLESS[resource.kind] ?? {})) {
          for (const subject of subjects) {
            for (const context of resource.kind === "key" ? contexts : [{}]) {
              const before = await clouds.base.ask(subject, resource, action, context);
              const after = await clouds.head.ask(subject, resource, action, context);
              if (before === after) continue;
              changed += 1;
              const isReported = hasReport(comparison, {
                who: subject.label,
                principal: subject.principal.arn,
                on: resource.arn,
                action,
                direction: after === "allowed" ? "gained" : "lost",
              });
              const what = `${subject.label}: ${action} on ${resource.label} ${JSON.stringify(context)}: ${before}, ${after}`;
              expect([what, isReported]).toEqual([what, true]);
            }
          }
        }
      }
      stop();
    }),
    { numRuns: 12 },
  );
  expect(changed).toBeGreaterThan(20);
});

interface Change {
  readonly who: string;
  readonly principal: string;
  readonly on: string;
  readonly action: string;
  readonly direction: "gained" | "lost";
}

/** Whether a line about the principal, a line that includes it, or the grant that gives it the right reports the change. */
function hasReport({ rights, base, head }: Comparison, change: Change): boolean {
  const byLine = rights.some(
    ({ direction, subject, resources, actions, including }) =>
      direction === change.direction &&
      actions.includes(change.action) &&
      resources.some(({ arn }) => arn === change.on) &&
      [subject.label, ...including].includes(change.who),
  );
  const written = (grants: Comparison["base"]["grants"]) =>
    [...grants.values()]
      .map(({ grant }) => JSON.stringify(grant))
      .filter((text) => text.includes(change.principal));
  return byLine || written(base.grants).join() !== written(head.grants).join();
}
