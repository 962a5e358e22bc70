export { AutoScalingGroup, type AutoScalingGroupProps } from "./auto-scaling-group";
export {
  EncryptedLaunchTemplate,
  type EncryptedDevices,
  type EncryptedLaunchTemplateProps,
} from "./encrypted-launch-template";
