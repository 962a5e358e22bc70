import { AWS_TEXTS } from "../../../../core/aws-texts";
import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { imageCheck } from "../access";
import { ownImage, snapshotIdsOf, visibleImage } from "../catalogue";
import { isUnderAwsManagedKey } from "../encryption/sharing";
import { checkId, notFound } from "../errors";
import { object, requiredText, text } from "../input";
import { DONE, ec2Operation } from "../operation";
import { applyShareChange, isAccountId, readShareChange } from "../sharing";
import type { Ec2State, Image } from "../state";
import { tagsOf } from "../tags/tags";
import { deviceAnswer } from "./wire";

type Attribute = (image: Image) => JsonObject;

/** Attributes that anybody who sees the image may read, and those of the owner. */
const READABLE: Readonly<Record<string, { readonly ownerOnly: boolean; readonly answer: Attribute }>> = {
  description: { ownerOnly: false, answer: (image) => ({ description: { value: image.description } }) },
  blockDeviceMapping: {
    ownerOnly: false,
    answer: (image) => ({ blockDeviceMapping: image.devices.map(deviceAnswer) }),
  },
  bootMode: { ownerOnly: false, answer: (image) => ({ bootMode: { value: image.traits.bootMode } }) },
  tpmSupport: { ownerOnly: false, answer: (image) => ({ tpmSupport: { value: image.traits.tpmSupport } }) },
  imdsSupport: {
    ownerOnly: false,
    answer: (image) => ({ imdsSupport: { value: image.traits.imdsSupport } }),
  },
  sriovNetSupport: {
    ownerOnly: false,
    answer: (image) => ({ sriovNetSupport: { value: image.traits.sriovNetSupport } }),
  },
  launchPermission: {
    ownerOnly: true,
    answer: (image) => ({ launchPermission: image.launchPermissions.map((userId) => ({ userId })) }),
  },
};

export function imageAttributeOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = (call: Call): readonly AccessCheck[] => {
    const imageId = requiredText(call.input, "ImageId");
    const { account } = call.caller;
    const image = visibleImage(state, imageId, account, call.region);
    return [imageCheck(call, call.region, imageId, image, tagsOf(state, account, imageId))];
  };
  return {
    DescribeImageAttribute: ec2Operation({
      parameters: ["ImageId", "Attribute"],
      checks,
      run: (call) => describe(state, call),
    }),
    ModifyImageAttribute: ec2Operation({
      parameters: [
        "ImageId",
        "Attribute",
        "Description",
        "Value",
        "LaunchPermission",
        "OperationType",
        "UserId",
        "UserGroup",
      ],
      checks,
      run: (call, cloud) => modify(state, call, cloud),
    }),
    ResetImageAttribute: ec2Operation({
      parameters: ["ImageId", "Attribute"],
      checks,
      run: (call) => {
        const image = modifiable(state, call);
        const attribute = requiredText(call.input, "Attribute");
        if (attribute !== "launchPermission") throw invalidAttribute(attribute);
        image.launchPermissions = [];
        return DONE;
      },
    }),
  };
}

function describe(state: Ec2State, call: Call): JsonObject {
  const imageId = requiredText(call.input, "ImageId");
  const name = requiredText(call.input, "Attribute");
  const attribute = Object.hasOwn(READABLE, name) ? READABLE[name] : undefined;
  if (attribute === undefined) throw invalidAttribute(name);
  const image = visibleImage(state, imageId, call.caller.account, call.region);
  if (image === undefined) throw notFound("image", imageId);
  if (attribute.ownerOnly && image.owner !== call.caller.account) throw notAuthorized(imageId);
  return { imageId, ...attribute.answer(image) };
}

function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const image = modifiable(state, call);
  const description = text(object(call.input, "Description"), "Value");
  const attribute =
    text(call.input, "Attribute") ?? (description === undefined ? "launchPermission" : "description");
  if (attribute === "description") image.description = description ?? text(call.input, "Value");
  else if (attribute === "launchPermission") share(state, call, cloud, image);
  else throw invalidAttribute(attribute);
  return DONE;
}

/** @throws InvalidParameter when a snapshot is under the AWS managed key, InvalidAMIAttributeItemValue for a bad id */
function share(state: Ec2State, call: Call, cloud: Cloud, image: Image): void {
  const change = readShareChange(call.input, "LaunchPermission");
  const malformed = [...change.add, ...change.remove].find((user) => !isAccountId(user));
  if (malformed !== undefined) {
    throw new AwsError(
      "InvalidAMIAttributeItemValue",
      `Invalid attribute item value "${malformed}" for userId item type.`,
    );
  }
  const snapshots = snapshotIdsOf(image).flatMap((id) => state.snapshots[id] ?? []);
  if (change.add.length > 0 && snapshots.some((snapshot) => isUnderAwsManagedKey(cloud, snapshot))) {
    throw new AwsError("InvalidParameter", AWS_TEXTS.imageUnderDefaultKey);
  }
  image.launchPermissions = applyShareChange(image.launchPermissions, change);
}

/** @throws AuthFailure for an image of another account, InvalidAMIID.Unavailable while it is not available */
function modifiable(state: Ec2State, call: Call): Image {
  const imageId = requiredText(call.input, "ImageId");
  checkId("image", imageId);
  const visible = visibleImage(state, imageId, call.caller.account, call.region);
  if (visible !== undefined && visible.owner !== call.caller.account) throw notAuthorized(imageId);
  const image = ownImage(state, imageId, call.caller.account, call.region);
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${imageId}' is not available`);
  }
  return image;
}

function notAuthorized(imageId: string): AwsError {
  return new AwsError("AuthFailure", `Not authorized for image:${imageId}`, 403);
}

function invalidAttribute(name: string): AwsError {
  return new AwsError("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
}
