import type { AccessCheck, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { AwsError } from "../../../contract";
import { imageCheck } from "../access";
import { ownImage, visibleImage } from "../catalogue";
import { checkId, notFound } from "../errors";
import { invalidValue, object, requiredText, text } from "../input";
import { DONE, ec2Operation } from "../operation";
import { RECIPIENT_LISTS } from "../sharing";
import type { Ec2State, Image } from "../state";
import { tagsOf } from "../tags/tags";
import { shareImage } from "./sharing";
import { deviceAnswer, permissionAnswers, productCodeAnswers, protectionName } from "./wire";

interface Attribute {
  readonly ownerOnly?: boolean;
  answer(image: Image): JsonObject;
}

/** Attributes that anyone who sees the image may read, and those that only the owner may read. */
const READABLE: Readonly<Record<string, Attribute>> = {
  description: { answer: (image) => ({ description: { value: image.description } }) },
  blockDeviceMapping: { answer: (image) => ({ blockDeviceMapping: image.devices.map(deviceAnswer) }) },
  bootMode: { answer: (image) => ({ bootMode: { value: image.traits.bootMode } }) },
  tpmSupport: { answer: (image) => ({ tpmSupport: { value: image.traits.tpmSupport } }) },
  imdsSupport: { answer: (image) => ({ imdsSupport: { value: image.traits.imdsSupport } }) },
  sriovNetSupport: { answer: (image) => ({ sriovNetSupport: { value: image.traits.sriovNetSupport } }) },
  kernel: { answer: (image) => ({ kernel: { value: image.traits.kernelId } }) },
  ramdisk: { answer: (image) => ({ ramdisk: { value: image.traits.ramdiskId } }) },
  productCodes: {
    answer: (image) => ({ productCodes: productCodeAnswers(image.traits.productCodes) ?? [] }),
  },
  uefiData: { ownerOnly: true, answer: (image) => ({ uefiData: { value: image.traits.uefiData } }) },
  lastLaunchedTime: {
    ownerOnly: true,
    answer: (image) => ({ lastLaunchedTime: { value: image.lastLaunchedTime } }),
  },
  deregistrationProtection: {
    ownerOnly: true,
    answer: (image) => ({ deregistrationProtection: { value: protectionName(image.protection) } }),
  },
  launchPermission: {
    ownerOnly: true,
    answer: (image) => ({ launchPermission: permissionAnswers(image) }),
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
        "ImdsSupport",
        "Value",
        "LaunchPermission",
        "OperationType",
        ...RECIPIENT_LISTS,
      ],
      checks: (call) =>
        checks(call).map((check) => ({ ...check, context: { ...check.context, ...setContext(call) } })),
      run: (call, cloud) => modify(state, call, cloud),
    }),
    ResetImageAttribute: ec2Operation({
      parameters: ["ImageId", "Attribute"],
      checks,
      run: (call) => {
        const image = modifiable(state, call);
        const attribute = requiredText(call.input, "Attribute");
        if (attribute !== "launchPermission") throw invalidAttribute(attribute);
        Object.assign(image, { launchPermissions: [], launchOrganizations: [], public: false });
        return DONE;
      },
    }),
    CancelImageLaunchPermission: ec2Operation({
      parameters: ["ImageId"],
      checks,
      run: (call) => cancel(state, call),
    }),
  };
}

/** The values that a change sets, as condition keys. Source: EC2 user guide, "Condition keys: ec2:Attribute". */
function setContext({ input }: Call): Record<string, string> {
  const set = {
    "ec2:Attribute": text(input, "Attribute"),
    "ec2:Attribute/Description": text(object(input, "Description"), "Value"),
    "ec2:Attribute/ImdsSupport": text(object(input, "ImdsSupport"), "Value"),
  };
  return Object.fromEntries(
    Object.entries(set).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function describe(state: Ec2State, call: Call): JsonObject {
  const imageId = requiredText(call.input, "ImageId");
  const name = requiredText(call.input, "Attribute");
  const attribute = Object.hasOwn(READABLE, name) ? READABLE[name] : undefined;
  if (attribute === undefined) throw invalidAttribute(name);
  checkId("image", imageId);
  const image = visibleImage(state, imageId, call.caller.account, call.region);
  if (image === undefined) throw notFound("image", imageId);
  if (attribute.ownerOnly === true && image.owner !== call.caller.account) throw notAuthorized(imageId);
  return { imageId, ...attribute.answer(image) };
}

/** One attribute per call. */
function modify(state: Ec2State, call: Call, cloud: Cloud): JsonObject {
  const image = modifiable(state, call);
  const description = text(object(call.input, "Description"), "Value");
  const imdsSupport = text(object(call.input, "ImdsSupport"), "Value");
  const implied =
    imdsSupport !== undefined
      ? "imdsSupport"
      : description !== undefined
        ? "description"
        : "launchPermission";
  const attribute = text(call.input, "Attribute") ?? implied;
  const value = text(call.input, "Value");
  if (attribute === "description") image.description = description ?? value;
  else if (attribute === "imdsSupport") requireImdsV2(image, imdsSupport ?? value);
  else if (attribute === "launchPermission") shareImage(state, call, cloud, image);
  else throw invalidAttribute(attribute);
  return DONE;
}

/** This cannot be undone. Source: EC2 user guide, "Configure the AMI". */
function requireImdsV2(image: Image, value: string | undefined): void {
  if (value !== "v2.0") throw invalidValue("imdsSupport", value ?? "");
  image.traits = { ...image.traits, imdsSupport: value };
}

/** Removes the caller's own account from the list. Source: EC2 API reference, "CancelImageLaunchPermission". */
function cancel(state: Ec2State, call: Call): JsonObject {
  const imageId = requiredText(call.input, "ImageId");
  checkId("image", imageId);
  const { account } = call.caller;
  const image = visibleImage(state, imageId, account, call.region);
  if (image === undefined) throw notFound("image", imageId);
  if (!image.launchPermissions.includes(account)) throw notAuthorized(imageId);
  image.launchPermissions = image.launchPermissions.filter((other) => other !== account);
  return DONE;
}

/** @throws AuthFailure for an image of another account, InvalidAMIID.Unavailable while it is not available */
function modifiable(state: Ec2State, call: Call): Image {
  const image = changeableImage(state, call);
  if (image.state !== "available") {
    throw new AwsError("InvalidAMIID.Unavailable", `The image ID '${image.imageId}' is not available`);
  }
  return image;
}

/** The caller's image. @throws AuthFailure for one of another account, InvalidAMIID.NotFound */
export function changeableImage(state: Ec2State, call: Call): Image {
  const imageId = requiredText(call.input, "ImageId");
  checkId("image", imageId);
  const visible = visibleImage(state, imageId, call.caller.account, call.region);
  if (visible !== undefined && visible.owner !== call.caller.account) throw notAuthorized(imageId);
  return ownImage(state, imageId, call.caller.account, call.region);
}

function notAuthorized(imageId: string): AwsError {
  return new AwsError("AuthFailure", `Not authorized for image:${imageId}`, 403);
}

function invalidAttribute(name: string): AwsError {
  return new AwsError("InvalidParameterValue", `Value (${name}) for parameter attribute is invalid.`);
}
