import type { Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { publicImageParameter } from "../../ssm/public-parameters";
import { object, text } from "../input";

const PREFIX = "resolve:ssm:";

/** Name of the Parameter Store parameter that an image id refers to; undefined for a plain id. */
export function parameterOf(imageId: string): string | undefined {
  return imageId.startsWith(PREFIX) ? imageId.slice(PREFIX.length) : undefined;
}

/**
 * The image id of `resolve:ssm:<name>[:version or label]`, read at launch; a plain id is returned unchanged.
 * @throws InvalidParameterValue when the parameter cannot be read
 */
export async function resolveImageId(
  cloud: Cloud,
  account: string,
  region: string,
  imageId: string,
): Promise<string> {
  const parameter = parameterOf(imageId);
  if (parameter === undefined) return imageId;
  const published = publicImageParameter(parameter, region);
  if (published !== undefined) return published;
  try {
    const answer = await cloud.moto.json("ssm", account, region, "AmazonSSM.GetParameter", {
      Name: parameter,
    });
    const value = text(object(answer, "Parameter"), "Value");
    if (value !== undefined) return value;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
  }
  throw new AwsError(
    "InvalidParameterValue",
    `Invalid value '${imageId}' for imageId. Parameter ${parameter} not found.`,
  );
}
