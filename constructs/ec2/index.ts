export { AutoScalingGroup, type AutoScalingGroupProps, type GroupHealthCheck } from "./auto-scaling-group";
export type { VolumeOverride, VolumeOverrides } from "./block-devices";
export { EbsDefaults, type EbsDefaultsProps } from "./ebs-defaults";
export {
  EncryptedLaunchTemplate,
  type EncryptedDevices,
  type EncryptedLaunchTemplateProps,
  type MetadataOptions,
} from "./encrypted-launch-template";
export type { ILaunchTemplate } from "./launch-template";
export type { InstanceRefreshOptions } from "./instance-refresh";
export type { Inclusion, InstanceRequirements, NumberRange } from "./instance-requirements";
