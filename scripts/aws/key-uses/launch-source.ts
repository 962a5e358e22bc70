import type { BlockDeviceMapping } from "@aws-sdk/client-ec2";
import type { KeyUser } from "./key-user";

/** Something that can launch, and what it refers to. */
export interface LaunchSource {
  readonly user: KeyUser;
  readonly imageId?: string;
  readonly devices: readonly Pick<BlockDeviceMapping, "Ebs">[];
}
