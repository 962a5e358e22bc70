export { AutoScalingGroup, type AutoScalingGroupProps } from "./auto-scaling-group";
export { EbsDefaults, type EbsDefaultsProps } from "./ebs-defaults";
export {
  EncryptedLaunchTemplate,
  type EncryptedDevices,
  type EncryptedLaunchTemplateProps,
} from "./encrypted-launch-template";
