import { KeyferryError } from "../../core/errors";
import type { ExaminedCopy, Kind } from "../../kinds/kind";
import { declaredKind, type CopyNode, type CopySource } from "../../topology";
import { secondsBetween } from "../engine/clock";
import type { RunContext } from "../engine/context";
import type { ShownCopy } from "../engine/copy";

/**
 * Sets on a copy what the copying call does not copy, and verifies it on AWS.
 * @param seen the state that AWS just returned for the copy; it is read again if it is not correct. @default - not read yet
 * @throws KeyferryError `CopyNotProved`, with all problems
 */
export async function completeAndVerifyCopy(
  context: RunContext,
  kind: Kind,
  node: CopyNode,
  source: CopySource,
  copyId: string,
  keyArn: string,
  seen?: ShownCopy,
): Promise<ShownCopy> {
  const { clock, settings, signal } = context;
  const examine = (shown?: ShownCopy) => kind.examine(context, node, source, copyId, keyArn, shown);
  const asSeen = seen === undefined ? undefined : await examine(seen);
  if (asSeen?.shown !== undefined && isAsItShouldBe(asSeen)) return asSeen.shown;
  const first = await examine();
  const isCompleted = first.shown !== undefined && (await kind.complete(context, node, source, first.shown));
  const since = clock.now();
  let examined = isCompleted ? await examine() : first;
  // AWS may return recent changes late, and some calls later than others.
  while (!isAsItShouldBe(examined) && secondsBetween(since, clock.now()) < settings.settleSeconds) {
    await clock.sleep(settings.pollMinSeconds, signal);
    examined = await examine();
  }
  if (examined.shown !== undefined && isAsItShouldBe(examined)) return examined.shown;
  const wrong = everythingWrong(examined);
  throw new KeyferryError(`the copy ${copyId} is not correct: ${wrong.join("; ")}`, {
    code: "CopyNotProved",
    source: "aws",
    account: node.place.account.id,
    fix: `${declaredKind(node.rule).removal} ${copyId} in account ${node.place.account.id} ${node.place.region}, then run again`,
  });
}

function isAsItShouldBe({ changes, differences }: ExaminedCopy): boolean {
  return changes.length + differences.length === 0;
}

/** All problems of a copy, as text. */
export function everythingWrong({ changes, differences }: ExaminedCopy): readonly string[] {
  const settable = changes.map(
    ({ name, resourceId, wanted, found, isTag }) =>
      `${isTag ? `tag ${name}` : name} of ${resourceId}: source ${wanted}, copy ${found ?? "none"}, fix: run again, which sets it`,
  );
  return [...differences, ...settable];
}
