/** The image properties that RegisterImage sets, with AWS's own defaults. Source: EC2 API reference, "RegisterImage". */
import type { JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { flag, invalidValue, text } from "../input";
import type { ImageTraits } from "../state";

/** Parameters with a closed list of values. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  Architecture: ["i386", "x86_64", "arm64", "x86_64_mac", "arm64_mac"],
  VirtualizationType: ["hvm", "paravirtual"],
  BootMode: ["legacy-bios", "uefi", "uefi-preferred"],
  TpmSupport: ["v2.0"],
  ImdsSupport: ["v2.0"],
  SriovNetSupport: ["simple"],
};

const MAX_UEFI_DATA = 64_000;

/** @throws InvalidParameterValue, InvalidParameterCombination for a TPM without UEFI */
export function readRegisteredTraits(input: JsonObject): ImageTraits {
  const bootMode = choice(input, "BootMode");
  const tpmSupport = choice(input, "TpmSupport");
  if (tpmSupport !== undefined && bootMode !== "uefi" && bootMode !== "uefi-preferred") {
    throw new AwsError("InvalidParameterCombination", "TpmSupport v2.0 requires a UEFI boot mode.");
  }
  return {
    architecture: choice(input, "Architecture") ?? "i386",
    virtualizationType: choice(input, "VirtualizationType") ?? "paravirtual",
    rootDeviceName: text(input, "RootDeviceName") ?? "/dev/sda1",
    // Regardless of what the snapshots hold: the licences of a paid image are lost when it is registered again.
    platformDetails: "Linux/UNIX",
    usageOperation: "RunInstances",
    enaSupport: flag(input, "EnaSupport") ?? false,
    sriovNetSupport: choice(input, "SriovNetSupport"),
    bootMode,
    tpmSupport,
    imdsSupport: choice(input, "ImdsSupport"),
    uefiData: readUefiData(input),
    kernelId: text(input, "KernelId"),
    ramdiskId: text(input, "RamdiskId"),
  };
}

function choice(input: JsonObject, parameter: string): string | undefined {
  const value = text(input, parameter);
  if (value === undefined || VALUES[parameter]?.includes(value) === true) return value;
  throw invalidValue(parameter, value);
}

function readUefiData(input: JsonObject): string | undefined {
  const data = text(input, "UefiData");
  if (data !== undefined && data.length > MAX_UEFI_DATA) {
    throw new AwsError("InvalidParameterValue", `UefiData is longer than ${MAX_UEFI_DATA} characters.`);
  }
  return data;
}
