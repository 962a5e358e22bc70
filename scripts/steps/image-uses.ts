import type { CopyNode } from "../../topology";
import type { ImageUse, ImageView, ParameterVersion } from "../aws";
import type { LookContext } from "../engine/context";

/** How a launch template names a parameter instead of an image. Source: EC2 user guide, launch template parameters. */
const RESOLVE = /^resolve:ssm:([^:]+)(?::(.+))?$/;

/**
 * Who uses images, by the image's id. A launch template may name a parameter: one that the topology publishes there is
 * read, with its history where a version or label is named. What another parameter shows the runner role may not read;
 * so that nothing in use ever goes, its template then counts as a user of every image.
 * @param remembered how many of the last images that a parameter has shown count as used by it
 */
export async function usersOf(
  context: LookContext,
  node: CopyNode,
  images: readonly ImageView[],
  remembered: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const ids = images.map(({ imageId }) => imageId);
  const parameters = context.aws.parameters(node.place);
  const [uses, ...histories] = await Promise.all([
    context.aws.uses(node.place).usesOf(ids),
    ...publishedNames(context, node).map(async (name) => ({
      name,
      versions: await parameters.history(name),
    })),
  ]);
  const history = new Map(histories.map(({ name, versions }) => [name, versions]));
  const all = [
    ...uses.flatMap((use) => resolved(use, history, ids)),
    ...histories.flatMap(({ name, versions }) =>
      lastShown(versions, remembered).map((image, index): ImageUse => ({
        image,
        user: index === 0 ? `the parameter ${name}` : `the history of the parameter ${name}`,
      })),
    ),
  ];
  return new Map(
    ids.map((id) => [
      id,
      [...new Set(all.filter(({ image }) => image === id).map(({ user }) => user))].sort(),
    ]),
  );
}

/** Parameters that the topology publishes in a node's place, by whichever rule. */
function publishedNames(context: LookContext, { place }: CopyNode): readonly string[] {
  const names = context.topology.images
    .filter(({ to }) =>
      to.some((other) => other.account.id === place.account.id && other.region === place.region),
    )
    .flatMap(({ publishTo }) => publishTo ?? []);
  return [...new Set(names)];
}

/** Different images that a parameter has shown, the newest first. */
export function lastShown(versions: readonly ParameterVersion[], count: number): readonly string[] {
  return [...new Set([...versions].reverse().map(({ value }) => value))].slice(0, count);
}

function resolved(
  use: ImageUse,
  history: ReadonlyMap<string, readonly ParameterVersion[]>,
  all: readonly string[],
): readonly ImageUse[] {
  const [, name, selector] = RESOLVE.exec(use.image) ?? [];
  if (name === undefined) return [use];
  const versions = history.get(name);
  if (versions === undefined) {
    const user = `${use.user}, which names the parameter ${name} that the runner role may not read`;
    return all.map((image) => ({ image, user }));
  }
  return versions
    .filter(({ version, labels }, index) =>
      selector === undefined
        ? index === versions.length - 1
        : String(version) === selector || labels.includes(selector),
    )
    .map(({ value }) => ({ image: value, user: use.user }));
}
