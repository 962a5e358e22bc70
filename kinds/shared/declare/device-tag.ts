/** Key of the tag that names the device that a copy of a snapshot is for, where it is one of several that an image is registered of. */
export const DEVICE_TAG = "keyferry:device";
