import { isRegistered, type Rule } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { check, type Finding } from "../../../../scripts/engine/finding";

const say = check("registrable");

/** What keeps an image from being registered anew as what it is. */
interface Loss {
  /** Name of the attribute that tells it, and the value with which nothing is lost. */
  readonly attribute: string;
  readonly harmless?: string;
  readonly what: (value: string) => string;
}

/**
 * RegisterImage takes billing products of few accounts alone, and product codes of none. Source: EC2 API reference, RegisterImage;
 * EC2 user guide, "Understand AMI billing information".
 */
const LOSSES: readonly Loss[] = [
  {
    attribute: "usage operation",
    harmless: "RunInstances",
    what: (operation) =>
      `is billed by the usage operation ${operation}, which an image that is registered loses`,
  },
  {
    attribute: "platform",
    harmless: "Linux/UNIX",
    what: (platform) => `has the platform ${platform}, whose licence an image that is registered loses`,
  },
  {
    attribute: "product codes",
    what: (codes) => `has the product codes ${codes}, which an image that is registered loses`,
  },
  {
    attribute: "root device type",
    harmless: "ebs",
    what: (type) => `has a root device of type ${type}, and no snapshot of it`,
  },
  {
    attribute: "image type",
    harmless: "machine",
    what: (type) => `is a ${type}, and no machine`,
  },
];

/** What an image would lose if it were registered anew, each as a clause after its id. */
export function lostByRegistering(attributes: ImageView["attributes"]): readonly string[] {
  return LOSSES.flatMap(({ attribute, harmless, what }) => {
    const value = attributes[attribute];
    return value === undefined || value === harmless ? [] : [what(value)];
  });
}

/** Whether an image can be registered anew without losing anything, where a destination asks for that; undefined where none does. */
export function checkRegistrable(rule: Rule, { id, attributes }: ImageView): Finding | undefined {
  if (!rule.to.some((to) => isRegistered({ to }))) return undefined;
  const lost = lostByRegistering(attributes);
  if (lost.length === 0) return say.passed(rule.name, `${id} has nothing that RegisterImage would lose`);
  return say.failed(
    rule.name,
    `${id} ${lost.join("; it ")}`,
    `leave out route "register-image" of images.${rule.name}: the route "copy-image" keeps it`,
    rule.from.account.id,
  );
}
