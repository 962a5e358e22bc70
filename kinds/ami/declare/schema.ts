import { LAUNCHING_SERVICES } from "@keyferry/common";
import { z } from "zod";
import { launchSchema } from "../../../topology/launch/schema";
import { destinationShape, parameterName, ruleShape, sourceShape } from "../../shared/declare/rule-schema";

const source = z.strictObject({
  ...sourceShape,
  /** The newest available image of the account whose name matches; `*` and `?` are wildcards. */
  newest: z
    .strictObject({
      /** The image's name: `web-*`. */
      name: z.string().min(1, "a name such as web-*"),
    })
    .optional(),
  /** One image, whatever its name. Give either this or `newest`. */
  imageId: z
    .string()
    .regex(/^ami-[0-9a-f]{8,17}$/, "an image id such as ami-0123456789abcdef0")
    .optional(),
});

const destination = z.strictObject({
  ...destinationShape,
  /**
   * How the image gets there. `copy-image`: as a copy of the destination's own, under its own key. `share`: the destination
   * launches from an image of the source's account, in the same Region, which must not go away while it does.
   * `store-restore`: as a copy of the destination's own, through an object in S3, so that neither account needs a key of the
   * other; the object is under SSE-S3 on its way. `register-image`: its snapshots are copied one by one, and an image is
   * registered of the copies; no image with a licence of AWS or product codes goes this way. `auto`: as `keyferry plan --write`
   * chooses for the image that it finds, and writes into keyferry.lock.json: `copy-image` or `store-restore`.
   * @default "copy-image"
   */
  route: z.enum(["copy-image", "share", "store-restore", "register-image", "auto"]).optional(),
  /**
   * The name of each copy, with `{name}`, `{id}` and `{date}` of the source image, `{rule}`, `{account}`, `{accountId}` and `{region}`:
   * `"{name} for {account}"`. `{name}` or `{id}` is in it. A new pattern names what is copied from then on; what stands keeps its name,
   * which AWS never changes, and is not copied again. @default - the source's name; in the source's own account and Region "{name} (keyferry {id})"
   */
  copyName: z.string().min(1, "a pattern such as {name} for {account}").optional(),
  /**
   * Of an image that is registered: keys for some of its volumes, by device name: `{ "/dev/sdf": "app-data" }`. Each is a key of
   * the section `keys`, of the destination's account and in each of these Regions. @default - every volume is under the home key
   */
  volumeKeys: z
    .record(z.string().regex(/^\/dev\/\w+$|^xvd\w+$/, "a device name such as /dev/sdf"), z.string())
    .optional(),
  /** Of a shared image: who launches from it, and so may use the source account's key. @default - EC2 Auto Scaling */
  launchedBy: z
    .strictObject({
      /** Services that launch with a service-linked role, which the destination gives a grant. @default - EC2 Auto Scaling */
      services: z.array(z.enum(LAUNCHING_SERVICES as [(typeof LAUNCHING_SERVICES)[number]])).optional(),
      /** ARNs of roles of the destination's account, such as that of Karpenter's controller. @default - none */
      roles: z.array(z.string()).optional(),
    })
    .optional(),
  /**
   * Of a shared image: under which key `launch` puts its volumes. `own-key`: the destination's. `source-key`: THE KEY OF THE
   * SOURCE'S ACCOUNT, so that whoever may use that key can read the volumes of every account. @default "own-key"
   */
  volumesUnder: z.enum(["own-key", "source-key"]).optional(),
  /** An Auto Scaling group on the copy, in every Region of this rule. @default - none */
  launch: launchSchema.optional(),
  /**
   * Protects each copy from being deregistered; with a cooldown, for 24 hours after the protection was disabled as well.
   * `keep` leaves protected copies alone. @default - not protected
   */
  deregistrationProtection: z.enum(["with-cooldown", "without-cooldown"]).optional(),
});

/** An image: where it comes from, and where it goes. An old copy is deregistered, and its snapshots are deleted. */
export const imageSchema = z.strictObject({
  /** The image that is carried. */
  from: source,
  /** Where it is carried. */
  to: z.array(destination).min(1, "at least one destination"),
  /** The image's tags go on every copy and its snapshots, each snapshot's on the copy of that snapshot. */
  ...ruleShape,
  /** SSM parameter of type aws:ec2:image, written in each destination once the copy is verified. @default - not published */
  publishTo: parameterName.optional(),
});

export type ImageInput = z.input<typeof imageSchema>;

/** Which image: the newest whose name matches, or one by its id. */
export type ImageSelector = { readonly newest: { readonly name: string } } | { readonly imageId: string };
