/** Deprecation, disabling and protection of images. Source: EC2 user guide, "Lifecycle of AMIs". */
import { workKind } from "../../../background";
import type { AccessCheck, AwsError, Call, Cloud, JsonObject, Operation } from "../../../contract";
import { imageCheck } from "../access";
import { visibleImage } from "../catalogue";
import { incorrectState } from "../errors";
import { flag, invalidValue, requiredText } from "../input";
import { DONE, ec2Operation } from "../operation";
import type { Ec2State, Image } from "../state";
import { tagsOf } from "../tags/tags";
import { changeableImage } from "./attributes";

const MINUTE_MS = 60_000;
const YEAR_MS = 365.25 * 24 * 60 * MINUTE_MS;
const MAX_YEARS = 10;
const MAX_YEARS_PUBLIC = 2;
/** Time for which a protected image stays protected after its protection was disabled. */
const COOLDOWN_SECONDS = 24 * 3600;

const END_PROTECTION = workKind<{ readonly imageId: string; readonly endsAt: string }>("ec2:end-protection");

/** Registers the end of a cooldown with the clock: an image that was protected again in the meantime stays protected. */
export function handleProtection(state: Ec2State, { clock }: Cloud): void {
  END_PROTECTION.handle(clock, ({ imageId, endsAt }) => {
    const image = state.images[imageId];
    if (image?.protection?.endsAt === endsAt) delete image?.protection;
  });
}

type Change = (call: Call, cloud: Cloud, image: Image) => JsonObject;

interface Entry {
  readonly parameters?: readonly string[];
  readonly change: Change;
}

const CHANGES: Readonly<Record<string, Entry>> = {
  EnableImageDeprecation: { parameters: ["DeprecateAt"], change: deprecate },
  DisableImageDeprecation: {
    change: (_call, _cloud, image) => {
      delete image.deprecationTime;
      return DONE;
    },
  },
  DisableImage: { change: (_call, _cloud, image) => disable(image) },
  EnableImage: { change: (_call, _cloud, image) => enable(image) },
  EnableImageDeregistrationProtection: {
    parameters: ["WithCooldown"],
    change: (call, _cloud, image) => {
      const withCooldown = flag(call.input, "WithCooldown") === true;
      image.protection = { withCooldown };
      return { return: withCooldown ? "enabled-with-cooldown" : "enabled-without-cooldown" };
    },
  },
  DisableImageDeregistrationProtection: { change: (_call, cloud, image) => unprotect(cloud, image) },
};

/** Lifecycle operations on one of the caller's own images. */
export function imageLifecycleOperations(state: Ec2State): Readonly<Record<string, Operation>> {
  const checks = (call: Call): readonly AccessCheck[] => {
    const imageId = requiredText(call.input, "ImageId");
    const { account } = call.caller;
    const image = visibleImage(state, imageId, account, call.region);
    return [imageCheck(call, call.region, imageId, image, tagsOf(state, account, imageId))];
  };
  const operations = Object.entries(CHANGES).map(([name, { parameters = [], change }]) => {
    const operation = ec2Operation({
      parameters: ["ImageId", ...parameters],
      checks,
      run: (call, cloud) => change(call, cloud, changeableImage(state, call)),
    });
    return [name, operation] as const;
  });
  return Object.fromEntries(operations);
}

/** Seconds are rounded to the nearest minute; not in the past; for a public image, within two years of its creation. */
function deprecate(call: Call, cloud: Cloud, image: Image): JsonObject {
  const given = requiredText(call.input, "DeprecateAt");
  const time = Date.parse(given);
  if (Number.isNaN(time)) throw invalidValue("DeprecateAt", given);
  const now = cloud.clock.now().getTime();
  const latest = image.public
    ? Date.parse(image.creationDate) + MAX_YEARS_PUBLIC * YEAR_MS
    : now + MAX_YEARS * YEAR_MS;
  if (time < now || time > latest) throw invalidValue("DeprecateAt", given);
  image.deprecationTime = new Date(Math.round(time / MINUTE_MS) * MINUTE_MS).toISOString();
  return DONE;
}

/** All shares are removed with it, and are not restored. */
function disable(image: Image): JsonObject {
  if (image.state === "disabled") return DONE;
  if (image.state !== "available") throw wrongState(image, "available");
  Object.assign(image, {
    state: "disabled",
    launchPermissions: [],
    launchOrganizations: [],
    public: false,
  });
  return DONE;
}

function enable(image: Image): JsonObject {
  if (image.state === "available") return DONE;
  if (image.state !== "disabled") throw wrongState(image, "disabled");
  image.state = "available";
  return DONE;
}

function wrongState(image: Image, needed: string): AwsError {
  return incorrectState(`The image ${image.imageId} is in state '${image.state}', not '${needed}'.`);
}

/** With a cooldown the protection ends a day later. */
function unprotect(cloud: Cloud, image: Image): JsonObject {
  const { protection } = image;
  if (protection?.withCooldown !== true) {
    delete image.protection;
    return { return: "disabled" };
  }
  if (protection.endsAt !== undefined) return { return: `disabled after ${protection.endsAt}` };
  const endsAt = new Date(cloud.clock.now().getTime() + COOLDOWN_SECONDS * 1000).toISOString();
  image.protection = { withCooldown: true, endsAt };
  END_PROTECTION.later(cloud.clock, COOLDOWN_SECONDS, { imageId: image.imageId, endsAt });
  return { return: `disabled after ${endsAt}` };
}
