import type { Place } from "../../../../topology";
import type { RekeyedThing } from "../../../engine/results";
import { attempt, change, type PlaceWork } from "./work";

/**
 * Changes parameters of the data type `aws:ec2:image` from a replaced image to its replacement, so that launches that use them
 * launch the copy. A parameter is read again immediately before it is written: a newer value of its owner is kept.
 * @param replaced image -> its replacement, of every account of the Region: a parameter may show an image that is shared
 */
export async function moveParameters(work: PlaceWork, replaced: ReadonlyMap<string, string>): Promise<void> {
  const { foundation, place } = work;
  if (replaced.size === 0) return;
  const shown = await foundation.deployer.uses(place).parametersShowing([...replaced.keys()]);
  const parameters = foundation.deployer.parameters(place);
  for (const { parameter: name, image } of shown) {
    const replacement = replaced.get(image);
    if (name === undefined || replacement === undefined) continue;
    await attempt(work, `parameter ${name}`, async () => {
      if ((await parameters.read(name))?.value !== image) return;
      await change(work, () =>
        parameters.put({ name, value: replacement, dataType: "aws:ec2:image", overwrite: true, tags: {} }),
      );
      await untilShown(work, name, replacement);
      work.done.push(`${where(place)}: parameter ${name} shows ${replacement} instead of ${image}`);
    });
  }
}

/** Parameter Store validates an image after the call has returned. */
async function untilShown(work: PlaceWork, name: string, value: string): Promise<void> {
  const { clock, settings, signal, foundation, place } = work;
  const since = clock.now().getTime();
  const parameters = foundation.deployer.parameters(place);
  while ((await parameters.get(name)) !== value) {
    if ((clock.now().getTime() - since) / 1000 >= settings.publishTimeoutSeconds) return;
    await clock.sleep(settings.pollMinSeconds, signal);
  }
}

/** Image -> its replacement. */
export function replacedImages(things: readonly RekeyedThing[]): ReadonlyMap<string, string> {
  return new Map(
    things.flatMap(({ kind, id, state, replacement }): [string, string][] =>
      kind === "image" && state === "replaced" && replacement !== undefined ? [[id, replacement]] : [],
    ),
  );
}

function where({ account, region }: Place): string {
  return `${account.id} ${region}`;
}
