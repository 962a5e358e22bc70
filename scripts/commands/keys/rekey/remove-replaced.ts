import { KeyferryError } from "../../../../core/errors";
import type { Place } from "../../../../topology";
import type { ImageUse } from "../../../aws";
import type { RekeyedThing } from "../../../engine/results";
import { knownAccounts, type Foundation } from "../foundation";
import { attempt, change, type PlaceWork } from "./work";

const BY_PARAMETER = /^resolve:ssm:(.+)$/;

/** The users that launch from images, in all accounts of the topology in a Region. */
export async function imageUsers(
  { deployer }: Foundation,
  places: readonly Place[],
  imageIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, string[]>();
  for (const place of places) {
    const uses = deployer.uses(place);
    const named = [...(await uses.usesOf(imageIds)), ...(await uses.parametersShowing(imageIds))];
    for (const use of named) {
      const image = await imageOf(deployer.parameters(place), use);
      if (image === undefined || !imageIds.includes(image)) continue;
      users.set(image, [...(users.get(image) ?? []), `${use.user} in ${place.account.id}`]);
    }
  }
  return users;
}

async function imageOf(
  parameters: { get(name: string): Promise<string | undefined> },
  { image }: ImageUse,
): Promise<string | undefined> {
  const parameter = BY_PARAMETER.exec(image)?.[1];
  return parameter === undefined ? image : parameters.get(parameter);
}

/**
 * Removes replaced images with their snapshots, and replaced snapshots, unless they are in use. What is shared with accounts
 * outside the topology stays, because its use there cannot be checked.
 */
export async function removeReplaced(
  work: PlaceWork,
  things: readonly RekeyedThing[],
  users: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const { images, done, place, foundation } = work;
  const known = knownAccounts(foundation).map(({ id }) => id);
  for (const { kind, id, state, replacement } of things) {
    if (state !== "replaced") continue;
    await attempt(work, `${kind} ${id}`, async () => {
      const outside = (
        kind === "image" ? await images.launchPermissions(id) : await images.createVolumePermissions(id)
      ).filter((account) => !known.includes(account));
      if (outside.length > 0)
        throw kept(
          `it is shared with ${outside.join(", ")}, outside the topology`,
          "inform these accounts of its replacement, end the share, and run the same command again",
        );
      const named =
        kind === "image"
          ? (users.get(id) ?? [])
          : (await foundation.deployer.uses(place).snapshotUses([id])).map(({ user }) => user);
      if (named.length > 0)
        throw kept(
          `it is in use by ${named.join("; ")}`,
          `change them to ${replacement ?? "its replacement"}, and run the same command again`,
        );
      await change(work, async () => {
        if (kind === "image") await images.deregisterImage(id, true);
        else await images.deleteSnapshot(id);
      });
      done.push(`${place.account.id} ${place.region}: ${kind} ${id} is removed; ${replacement} replaces it`);
    });
  }
}

function kept(what: string, fix: string): KeyferryError {
  return new KeyferryError(`not removed: ${what}`, { code: "StillUsed", source: "user", fix });
}
