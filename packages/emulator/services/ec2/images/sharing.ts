/** Launch permissions. Sources: EC2 API reference, "ModifyImageAttribute"; EC2 user guide, "Shared AMIs". */
import { AWS_TEXTS } from "@keyferry/common";
import type { Call, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { sharingSettings, snapshotIdsOf } from "../catalogue";
import { isUnderAwsManagedKey } from "../encryption/sharing";
import { refuseBeyond } from "../quotas";
import { ownedBy } from "../shelf";
import { applyShareChange, changeOfAll, malformed, readShareChange, type RecipientKind } from "../sharing";
import type { Ec2State, Image } from "../state";

/** Names of the kinds in the error for a bad value. */
const ITEM_TYPES: Readonly<Record<RecipientKind, string>> = {
  UserId: "userId",
  Group: "group",
  OrganizationArn: "organizationArn",
  OrganizationalUnitArn: "organizationalUnitArn",
};

/** Maximum number of accounts in one request. */
const MAX_CHANGES = 10_000;

/**
 * Changes who may launch the image.
 * @throws InvalidParameter when a snapshot is under the AWS managed key, InvalidAMIAttributeItemValue for a bad id,
 *   OperationNotPermitted where public sharing is blocked or impossible
 */
export function shareImage(state: Ec2State, call: Call, cloud: Cloud, image: Image): void {
  const change = readShareChange(call.input, "LaunchPermission");
  const bad = malformed(change);
  if (bad !== undefined) {
    throw new AwsError(
      "InvalidAMIAttributeItemValue",
      `Invalid attribute item value "${bad.value}" for ${ITEM_TYPES[bad.kind]} item type.`,
    );
  }
  if (change.add.length + change.remove.length > MAX_CHANGES) {
    throw new AwsError(
      "InvalidParameterValue",
      `At most ${MAX_CHANGES} permissions can be modified in one call.`,
    );
  }
  const snapshots = snapshotIdsOf(image).flatMap((id) => state.snapshots[id] ?? []);
  if (change.add.length > 0 && snapshots.some((snapshot) => isUnderAwsManagedKey(cloud, snapshot))) {
    throw new AwsError("InvalidParameter", AWS_TEXTS.imageUnderDefaultKey);
  }
  const all = changeOfAll(change);
  if (all === true) refusePublic(state, call, image);
  const accounts = applyShareChange(image.launchPermissions, change, ["UserId"]);
  const organizations = applyShareChange(image.launchOrganizations ?? [], change, [
    "OrganizationArn",
    "OrganizationalUnitArn",
  ]);
  if (change.add.length > 0) {
    const others = accounts.length + organizations.length - 1;
    refuseBeyond(state, call.caller.account, "imageSharing", others, tooManyShares);
  }
  image.public = all ?? image.public;
  image.launchPermissions = accounts;
  image.launchOrganizations = organizations;
}

const tooManyPublicImages = (limit: number): string =>
  `You have reached your quota of ${limit} for the number of public images allowed in this Region. Deregister unused public images or make them private, or request an increase in your public AMIs quota.`;

/** AWS documents the quota but not its error text. */
const tooManyShares = (limit: number): string =>
  `You have reached your quota of ${limit} for the number of entities with which an image can be shared in this Region.`;

/** Blocked by the account, from AWS Marketplace, or encrypted: such images cannot become public. */
function refusePublic(state: Ec2State, call: Call, image: Image): void {
  const { imageBlockPublicAccess } = sharingSettings(state, call.caller.account, call.region);
  if (imageBlockPublicAccess === "block-new-sharing" && !image.public) {
    throw new AwsError(
      "OperationNotPermitted",
      "You can't publicly share this image because block public access for AMIs is enabled for this account.",
    );
  }
  if (image.traits.productCodes?.some(({ type }) => type === "marketplace") === true) {
    throw new AwsError(
      "OperationNotPermitted",
      "An image with an AWS Marketplace product code cannot be public.",
    );
  }
  const open = [...ownedBy(state.images, call.region, image.owner)].filter((other) => other.public);
  if (!image.public) {
    refuseBeyond(state, image.owner, "publicImages", open.length, tooManyPublicImages);
  }
  const encrypted = snapshotIdsOf(image).find((id) => state.snapshots[id]?.keyArn !== undefined);
  if (encrypted !== undefined) {
    throw new AwsError(
      "InvalidParameter",
      "Encrypted snapshots can't be shared publicly. Specify another snapshot.",
    );
  }
}
