import { parameterArn, parseArn } from "@keyferry/common";
import { arrivals, type CopyNode } from "../../../topology";
import { isAccessDenied, type ImageUse, type ImageView, type ParameterVersion } from "../../../scripts/aws";
import { concurrently } from "../../../scripts/engine/concurrently";
import type { ReadContext } from "../../../scripts/engine/context";
import type { Refusal } from "../../../scripts/engine/errors";
import type { Users } from "../../kind";
import { DEPLOY } from "../../../scripts/engine/explain";

/** How a launch template names a parameter instead of an image. Source: EC2 user guide, launch template parameters. */
const RESOLVE = /^resolve:ssm:(arn:[^:]+:ssm:[^:]*:[^:]*:[^:]+|[^:]+)(?::(.+))?$/;

/** AWS's public parameters, which contain only AWS's images. Only AWS can use such names. */
const PUBLIC = /^\/aws\//;

/** The rule of copies, and the place in which their users are searched. */
type Use = Pick<CopyNode, "rule" | "place">;

/** With this data type, Parameter Store validates that the value is an image, and EC2 finds parameters by image. */
const IMAGE_DATA_TYPE = "aws:ec2:image";

/** A parameter of a launch template, as far as it may name a copy. */
interface Reference {
  readonly user: string;
  readonly name: string;
  /** A version or label. @default - the newest */
  readonly selector?: string;
}

/**
 * The users of images. A launch template may name a parameter. A parameter that the topology publishes there is read, with its
 * history if the template names a version or label. For all other parameters, EC2 itself returns which of the images they contain
 * now, so the runner role does not read them. A version or label of another team's parameter is read if the role may read it; if
 * not, all images count as used. AWS's public parameters and parameters that do not exist use no image.
 * @param remembered how many of a topology parameter's latest images count as used by it
 * @param publishes whether to assume that the node's parameter already has the newer copy that will be published
 */
export async function usersOf(
  context: ReadContext,
  node: Use,
  images: readonly ImageView[],
  remembered: number,
  publishes: boolean,
): Promise<Users> {
  const ids = images.map(({ id: imageId }) => imageId);
  const parameters = context.aws.parameters(node.place);
  const replaced = publishes ? node.rule.publishTo : undefined;
  const [uses, shownNow, ...histories] = await Promise.all([
    context.aws.uses(node.place).usesOf(ids),
    shownByParameters(context, node, ids),
    ...publishedNames(context, node).map(async (name) => {
      const versions = await parameters.history(name);
      return {
        name,
        versions: name === replaced ? withNewer(versions, context.aws.now().toISOString()) : versions,
      };
    }),
  ]);
  const shown = shownNow?.filter(({ user }) => user !== `the parameter ${replaced}`);
  const history = new Map(histories.map(({ name, versions }) => [name, versions]));
  const resolved = await concurrently(uses, (use) =>
    resolve(context, node, use, history, shown !== undefined),
  );
  const known = [
    ...(shown ?? []),
    ...resolved.flatMap((each) => each.uses),
    ...histories.flatMap(({ name, versions }) =>
      lastShown(versions, remembered).map((image, index): ImageUse => ({
        image,
        user: index === 0 ? `the parameter ${name}` : `the history of the parameter ${name}`,
      })),
    ),
  ];
  const unclear = resolved.flatMap((each) => each.unclear ?? []);
  const anywhere = unclear.map(({ subject }) => subject);
  return {
    of: new Map(
      ids.map((id) => {
        const users = known.filter(({ image }) => image === id).map(({ user }) => user);
        return [id, [...new Set([...users, ...anywhere])].sort()];
      }),
    ),
    unclear,
  };
}

/** A parameter's history after a copy that does not exist yet has been published. */
function withNewer(versions: readonly ParameterVersion[], at: string): readonly ParameterVersion[] {
  const version = (versions.at(-1)?.version ?? 0) + 1;
  return [...versions, { value: "a copy that does not exist yet", version, labels: [], at }];
}

/** Undefined if the runner role may not call it: the foundation is of an earlier version. */
async function shownByParameters(
  { aws }: ReadContext,
  { place }: Use,
  ids: readonly string[],
): Promise<readonly ImageUse[] | undefined> {
  try {
    return await aws.uses(place).parametersShowing(ids);
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return undefined;
  }
}

interface Resolved {
  readonly uses: readonly ImageUse[];
  readonly unclear?: Refusal;
}

const NONE: Resolved = { uses: [] };

/** @param canAsk whether EC2 has returned the images that parameters contain */
async function resolve(
  context: ReadContext,
  node: Use,
  use: ImageUse,
  history: ReadonlyMap<string, readonly ParameterVersion[]>,
  canAsk: boolean,
): Promise<Resolved> {
  const [, spelt, selector] = RESOLVE.exec(use.image) ?? [];
  if (spelt === undefined) return { uses: [use] };
  const { account, region } = node.place;
  const arn = parseArn(spelt);
  const name = arn === undefined ? spelt : arn.resource.replace(/^parameter/, "");
  if (PUBLIC.test(name)) return NONE;
  const reference = { user: use.user, name, ...(selector === undefined ? {} : { selector }) };
  if (arn !== undefined && arn.account !== account.id)
    return { uses: [], unclear: unclear(node, reference, spelt) };
  const published = history.get(name);
  if (published !== undefined) return { uses: shownTo(reference, published) };
  if (canAsk) {
    const parameter = await context.aws.uses(node.place).parameter(name);
    if (parameter === undefined) return NONE;
    const isNewest = selector === undefined || selector === String(parameter.version);
    if (isNewest && parameter.dataType === IMAGE_DATA_TYPE) return NONE;
  }
  try {
    return { uses: shownTo(reference, await context.aws.parameters(node.place).history(name)) };
  } catch (error) {
    if (!isAccessDenied(error)) throw error;
    return {
      uses: [],
      unclear: unclear(node, reference, parameterArn(region, account.id, name), canAsk ? undefined : DEPLOY),
    };
  }
}

/** @param fix @default - the account lets the runner role read the parameter */
function unclear(node: Use, { user, name, selector }: Reference, arn: string, fix?: string): Refusal {
  const { account } = node.place;
  const owner = parseArn(arn)?.account ?? account.id;
  const which = selector === undefined ? name : `${name}:${selector}`;
  const read = `allow the role ${account.runnerRole} of account ${account.id} ssm:GetParameterHistory on ${arn}`;
  const isOwn = owner === account.id;
  return {
    subject: `${user}, through the parameter ${which}`,
    what: `it may launch any old copy in ${account.id} ${node.place.region}, because ${which} cannot be read${isOwn ? "" : `: it belongs to account ${owner}`}; old copies are kept`,
    fix: fix ?? (isOwn ? read : "name an image or a parameter of the same account in the launch template"),
    account: account.id,
  };
}

/** Parameters that any rule of the topology publishes in a node's place. */
function publishedNames(context: ReadContext, { place }: Use): readonly string[] {
  const names = arrivals(context.topology)
    .filter(({ to }) => to.account.id === place.account.id && to.region === place.region)
    .flatMap(({ rule }) => rule.publishTo ?? []);
  return [...new Set(names)];
}

/** Different images that a parameter has contained, the newest first. */
function lastShown(versions: readonly ParameterVersion[], count: number): readonly string[] {
  return [...new Set([...versions].reverse().map(({ value }) => value))].slice(0, count);
}

function shownTo({ user, selector }: Reference, versions: readonly ParameterVersion[]): readonly ImageUse[] {
  return versions
    .filter(({ version, labels }, index) =>
      selector === undefined
        ? index === versions.length - 1
        : String(version) === selector || labels.includes(selector),
    )
    .map(({ value }) => ({ image: value, user }));
}
