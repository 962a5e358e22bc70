import { LAUNCHING_SERVICES } from "@keyferry/common";
import { z } from "zod";
import { launchSchema } from "../../../topology/launch/schema";
import { destinationShape, parameterName, ruleShape, sourceShape } from "../../shared/declare/rule-schema";

const source = z.strictObject({
  ...sourceShape,
  /** The newest available image of the account whose name matches the pattern. `*` and `?` are wildcards. */
  newest: z
    .strictObject({
      /** Pattern of the image's name: `web-*`. */
      name: z.string().min(1, "a name such as web-*"),
    })
    .optional(),
  /** Id of one image. Give either this or `newest`. */
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]{8,17}$/, "an image id such as ami-0123456789abcdef0")
    .optional(),
});

const destination = z.strictObject({
  ...destinationShape,
  /**
   * How the image reaches the destination. `copy-image`: the destination gets its own copy, under its own key. `share`: the
   * destination launches from an image of the source's account in the same Region; that image must exist as long as the
   * destination uses it. `store-restore`: the destination gets its own copy through an object in S3, so that neither account
   * needs access to a key of the other; the object is encrypted with SSE-S3. `register-image`: the image's snapshots are
   * copied one by one, and an image is registered from the copies; this route does not support images with product codes or
   * with a licence from AWS. `auto`: `keyferry plan --write` chooses `copy-image` or `store-restore` for the image that it finds,
   * and writes the choice into keyferry.lock.json.
   * @default "copy-image"
   */
  route: z.enum(["copy-image", "share", "store-restore", "register-image", "auto"]).optional(),
  /**
   * The name of each copy, with `{name}`, `{id}` and `{date}` of the source image, `{rule}`, `{account}`, `{accountId}` and `{region}`:
   * `"{name} for {account}"`. The pattern must contain `{name}` or `{id}`. A changed pattern applies to later copies only: an
   * existing copy keeps its name, which AWS cannot change, and is not copied again.
   * @default - the source's name; in the source's own account and Region "{name} (keyferry {id})"
   */
  copyName: z.string().min(1, "a pattern such as {name} for {account}").optional(),
  /**
   * Only for `register-image`: keys for some of the image's volumes, by device name: `{ "/dev/sdf": "app-data" }`. Each must be a
   * key of the section `keys` that belongs to the destination's account and has each of these Regions.
   * @default - every volume is under the home key
   */
  volumeKeys: z
    .record(z.string().regex(/^\/dev\/\w+$|^xvd\w+$/, "a device name such as /dev/sdf"), z.string())
    .optional(),
  /** Only for `share`: the principals that launch from the image, and so may use the source account's key. @default - EC2 Auto Scaling */
  launchedBy: z
    .strictObject({
      /** Services that launch with a service-linked role. The destination creates a grant for the role. @default - EC2 Auto Scaling */
      services: z.array(z.enum(LAUNCHING_SERVICES as [(typeof LAUNCHING_SERVICES)[number]])).optional(),
      /** ARNs of roles of the destination's account, such as that of Karpenter's controller. @default - none */
      roles: z.array(z.string()).optional(),
    })
    .optional(),
  /**
   * Only for `share`: the key that encrypts the volumes of instances that `launch` starts. `own-key`: the destination's key.
   * `source-key`: THE KEY OF THE SOURCE'S ACCOUNT; any principal that may use that key can then read the volumes of every
   * account. @default "own-key"
   */
  volumesUnder: z.enum(["own-key", "source-key"]).optional(),
  /** An Auto Scaling group that launches from the copy, in every Region of this destination. @default - none */
  launch: launchSchema.optional(),
  /**
   * Protects each copy from being deregistered. `with-cooldown` also protects it for 24 hours after the protection is disabled.
   * `keep` does not remove protected copies. @default - not protected
   */
  deregistrationProtection: z.enum(["with-cooldown", "without-cooldown"]).optional(),
});

/** A rule for an image: its source and its destinations. An old copy is deregistered, and its snapshots are deleted. */
export const imageSchema = z.strictObject({
  /** The image to copy or share. */
  from: source,
  /** The destinations of the image. */
  to: z.array(destination).min(1, "at least one destination"),
  /** The image's tags are set on every copy and its snapshots; each snapshot's tags are set on the copy of that snapshot. */
  ...ruleShape,
  /** SSM parameter of type aws:ec2:image, written in each destination once the copy is verified. @default - not published */
  publishTo: parameterName.optional(),
});

export type ImageInput = z.input<typeof imageSchema>;

/** How an image is selected: the newest whose name matches, or one by its id. */
export type ImageSelector = { readonly newest: { readonly name: string } } | { readonly imageId: string };
