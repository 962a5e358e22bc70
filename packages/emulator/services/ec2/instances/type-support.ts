/** Whether an instance type can run an image. What types support is read from moto, which has AWS's own list. */
import type { Cloud, JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { answerItems, answerTexts, object, text } from "../input";
import type { Image } from "../state";

interface TypeSupport {
  readonly architectures: readonly string[];
  /** Whether the type has no other network card. */
  readonly requiresEna: boolean;
}

/** The list does not change during the lifetime of a cloud. */
const KNOWN = new Map<string, TypeSupport>();

/**
 * A type that moto does not know can run everything.
 * @throws InvalidParameterValue for another architecture, InvalidParameterCombination for an image without ENA
 *   support
 */
export async function refuseUnfit(
  cloud: Cloud,
  account: string,
  region: string,
  instanceType: string,
  image: Image,
): Promise<void> {
  const support = await supportOf(cloud, account, region, instanceType);
  if (support === undefined) return;
  const { architecture, enaSupport } = image.traits;
  if (support.architectures.length > 0 && !support.architectures.includes(architecture)) {
    throw new AwsError(
      "InvalidParameterValue",
      `The architecture '${support.architectures.join(",")}' of the specified instance type does not match the architecture '${architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
    );
  }
  if (support.requiresEna && !enaSupport) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Enhanced networking with the Elastic Network Adapter (ENA) is required for the '${instanceType}' instance type. Ensure that you are using an AMI that is enabled for ENA.`,
    );
  }
}

async function supportOf(
  cloud: Cloud,
  account: string,
  region: string,
  instanceType: string,
): Promise<TypeSupport | undefined> {
  const known = KNOWN.get(instanceType);
  if (known !== undefined) return known;
  const type = await describe(cloud, account, region, instanceType);
  if (type === undefined) return undefined;
  const support = {
    architectures: answerTexts(object(type, "processorInfo").supportedArchitectures),
    requiresEna: text(object(type, "networkInfo"), "enaSupport") === "required",
  };
  KNOWN.set(instanceType, support);
  return support;
}

async function describe(
  cloud: Cloud,
  account: string,
  region: string,
  instanceType: string,
): Promise<JsonObject | undefined> {
  try {
    const answer = await cloud.moto.query("ec2", account, region, "DescribeInstanceTypes", {
      "InstanceType.1": instanceType,
    });
    return answerItems(answer.instanceTypeSet)[0];
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}
