import { AwsError } from "../../../contract";
import { requiredText } from "../input";
import type { JsonObject } from "../../../contract";
import { named } from "../shelf";
import type { Ec2State } from "../state";

const NAME = /^[A-Za-z0-9()[\] ./\-'@_]{3,128}$/;

/**
 * The `Name` of a new image.
 * @throws InvalidAMIName.Malformed, InvalidAMIName.Duplicate. A failed image does not hold its name.
 */
export function newImageName(state: Ec2State, input: JsonObject, account: string, region: string): string {
  const name = requiredText(input, "Name");
  if (!NAME.test(name)) {
    throw new AwsError(
      "InvalidAMIName.Malformed",
      "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', '-', '/' and '_'",
    );
  }
  const holder = named(state.images, region, account, name).find((image) => image.state !== "failed");
  if (holder !== undefined) {
    throw new AwsError(
      "InvalidAMIName.Duplicate",
      `AMI name ${name} is already in use by AMI ${holder.imageId}`,
    );
  }
  return name;
}
