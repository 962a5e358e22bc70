import type { BlockDeviceMapping, Image, RegisterImageCommandInput } from "@aws-sdk/client-ec2";
import { must } from "../../core/must";
import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import {
  CARRIED,
  CARRIED_OF_VOLUME,
  type Device,
  type KernelImage,
  type RegisteredImagesPort,
  type RegisterRequest,
} from "./registered-images-port";
import { sdk } from "./sdk";

/** The port on real EC2. */
export function registeredImagesPort({ account, region }: Place, entry: Entry): RegisteredImagesPort {
  const site = (operation: string) => ({ operation, account: account.id, region });
  const load = lazily(() => {
    const ec2 = sdk.ec2();
    return { ec2, client: clientOf(ec2.EC2Client, region, entry) };
  });

  async function image(imageId: string): Promise<Image> {
    const { ec2, client } = load();
    const { Images = [] } = await call(site("DescribeImages"), () =>
      client.send(new ec2.DescribeImagesCommand({ ImageIds: [imageId] })),
    );
    return must(Images[0], `${imageId} of DescribeImages`);
  }

  return {
    async read(imageId) {
      const { ec2, client } = load();
      const [found, attribute] = await Promise.all([
        image(imageId),
        call(site("DescribeImageAttribute"), () =>
          client.send(new ec2.DescribeImageAttributeCommand({ ImageId: imageId, Attribute: "uefiData" })),
        ),
      ]);
      const uefiData = attribute.UefiData?.Value;
      return {
        carried: named(CARRIED, found),
        ...(uefiData ? { uefiData } : {}),
        devices: (found.BlockDeviceMappings ?? []).map(toDevice),
      };
    },

    async devices(imageId) {
      return ((await image(imageId)).BlockDeviceMappings ?? []).map(toDevice);
    },

    async kernel(id) {
      try {
        return toKernel(await image(id))[0];
      } catch (error) {
        if (isAwsError(error, "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable")) return undefined;
        throw error;
      }
    },

    async kernelsOfAmazon({ type, name, architecture }) {
      const { ec2, client } = load();
      const { Images = [] } = await call(site("DescribeImages"), () =>
        client.send(
          new ec2.DescribeImagesCommand({
            Owners: ["amazon"],
            Filters: [
              { Name: "image-type", Values: [type] },
              { Name: "name", Values: [name] },
              { Name: "architecture", Values: [architecture] },
            ],
            IncludeDeprecated: true,
          }),
        ),
      );
      return Images.flatMap(toKernel);
    },

    async register(request) {
      const { ec2, client } = load();
      const answer = await call(site("RegisterImage"), () =>
        client.send(new ec2.RegisterImageCommand(toRegisterImage(request))),
      );
      return must(answer.ImageId, "ImageId of RegisterImage");
    },
  };
}

function toDevice({ DeviceName = "", VirtualName, Ebs }: BlockDeviceMapping): Device {
  if (Ebs === undefined)
    return { deviceName: DeviceName, ...(VirtualName === undefined ? {} : { virtualName: VirtualName }) };
  const { SnapshotId, Encrypted } = Ebs;
  return {
    deviceName: DeviceName,
    volume: {
      ...(SnapshotId === undefined ? {} : { snapshotId: SnapshotId }),
      ...(SnapshotId === undefined && Encrypted !== undefined ? { encrypted: Encrypted } : {}),
      carried: named(CARRIED_OF_VOLUME, Ebs),
    },
  };
}

function toKernel({ ImageId, ImageType, Name, Architecture }: Image): readonly KernelImage[] {
  if (ImageId === undefined || Name === undefined || Architecture === undefined) return [];
  if (ImageType !== "kernel" && ImageType !== "ramdisk") return [];
  return [{ id: ImageId, type: ImageType, name: Name, architecture: Architecture }];
}

/** Values from AWS are passed back to AWS unchanged. */
function toRegisterImage(request: RegisterRequest): RegisterImageCommandInput {
  const Tags = Object.entries(request.tags).map(([Key, Value]) => ({ Key, Value }));
  const input = {
    ...request.carried,
    Name: request.name,
    ...(request.description === undefined ? {} : { Description: request.description }),
    ...(request.uefiData === undefined ? {} : { UefiData: request.uefiData }),
    BlockDeviceMappings: request.devices.map(toMapping),
    TagSpecifications: [{ ResourceType: "image", Tags }],
  };
  return input as RegisterImageCommandInput;
}

function toMapping({ deviceName, virtualName, volume }: Device): BlockDeviceMapping {
  if (volume === undefined)
    return { DeviceName: deviceName, ...(virtualName === undefined ? {} : { VirtualName: virtualName }) };
  const { snapshotId, encrypted, carried } = volume;
  const Ebs = {
    ...carried,
    ...(snapshotId === undefined ? {} : { SnapshotId: snapshotId }),
    ...(encrypted === undefined ? {} : { Encrypted: encrypted }),
  };
  return { DeviceName: deviceName, Ebs: Ebs as NonNullable<BlockDeviceMapping["Ebs"]> };
}

/** The existing values of some names; values that AWS does not return are omitted. */
function named<T extends object, N extends string & keyof T>(
  names: readonly N[],
  from: T,
): Partial<{ [K in N]: NonNullable<T[K]> }> {
  const found = names.flatMap((name) => {
    const value = from[name];
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found) as Partial<{ [K in N]: NonNullable<T[K]> }>;
}
