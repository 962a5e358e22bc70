import { isRegistered, type Rule } from "../../../../topology";
import type { ImageView } from "../../../../scripts/aws";
import { check, type Finding } from "../../../../scripts/engine/finding";
import { MARKETPLACE_ELSEWHERE } from "../../declare/marketplace";

const say = check("registrable");

/** A property that is lost when an image is registered from copies of the source's snapshots. */
interface Loss {
  /** Name of the attribute that shows it, and the value for which nothing is lost. */
  readonly attribute: string;
  readonly harmless?: string;
  readonly what: (value: string) => string;
}

/**
 * RegisterImage accepts billing products only from a few accounts, and accepts no product codes. Source: EC2 API reference, RegisterImage;
 * EC2 user guide, "Understand AMI billing information".
 */
const LOSSES: readonly Loss[] = [
  {
    attribute: "usage operation",
    harmless: "RunInstances",
    what: (operation) => `is billed by the usage operation ${operation}, which RegisterImage does not keep`,
  },
  {
    attribute: "platform",
    harmless: "Linux/UNIX",
    what: (platform) => `has the platform ${platform}, whose licence RegisterImage does not keep`,
  },
  {
    attribute: "product codes",
    what: (codes) => `has the product codes ${codes}, which RegisterImage does not keep`,
  },
  {
    attribute: "root device type",
    harmless: "ebs",
    what: (type) => `has the root device type ${type}, and no snapshot of its root volume`,
  },
  {
    attribute: "image type",
    harmless: "machine",
    what: (type) => `has the image type ${type}, not machine`,
  },
];

/** What an image would lose if it were registered again, each as a clause after its id. */
export function lostByRegistering(attributes: ImageView["attributes"]): readonly string[] {
  return LOSSES.flatMap(({ attribute, harmless, what }) => {
    const value = attributes[attribute];
    return value === undefined || value === harmless ? [] : [what(value)];
  });
}

/** Whether an image can be registered again without losing anything, if a destination requires it; undefined if none does. */
export function checkRegistrable(rule: Rule, image: ImageView): Finding | undefined {
  if (!rule.to.some((to) => isRegistered({ to }))) return undefined;
  const { id, attributes, marketplaceCodes } = image;
  const lost = lostByRegistering(attributes);
  if (lost.length === 0) return say.passed(rule.name, `RegisterImage keeps everything of ${id}`);
  const isBoundToAccount =
    marketplaceCodes.length > 0 &&
    rule.to.some((to) => isRegistered({ to }) && to.account.id !== rule.from.account.id);
  return say.failed(
    rule.name,
    `${id} ${lost.join("; it ")}`,
    isBoundToAccount
      ? `leave out route "register-image" of images.${rule.name}; ${MARKETPLACE_ELSEWHERE}`
      : `leave out route "register-image" of images.${rule.name}: the route "copy-image" keeps this`,
    rule.from.account.id,
  );
}
