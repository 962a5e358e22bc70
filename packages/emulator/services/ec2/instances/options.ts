/** Launch options that clients always send, used or not: stored and returned, or refused if they would have an effect. */
import type { JsonObject } from "../../../contract";
import { AwsError } from "../../../contract";
import { flag, object, objects, text, whole } from "../input";
import type { Instance, InstanceSettings } from "../state";

/** Parameters of RunInstances, apart from those that decide about the launch. */
export const OPTION_PARAMETERS = [
  "AdditionalInfo",
  "CapacityReservationSpecification",
  "CpuOptions",
  "CreditSpecification",
  "DisableApiStop",
  "EnclaveOptions",
  "HibernationOptions",
  "Ipv6AddressCount",
  "MaintenanceOptions",
  "NetworkPerformanceOptions",
  "PrivateDnsNameOptions",
];

/** Options whose effect is not modelled. */
const UNMODELLED: Readonly<Record<string, (input: JsonObject) => boolean>> = {
  "CapacityReservationSpecification.CapacityReservationTarget": (input) =>
    "CapacityReservationTarget" in object(input, "CapacityReservationSpecification"),
  "EnclaveOptions.Enabled": (input) => flag(object(input, "EnclaveOptions"), "Enabled") === true,
  "HibernationOptions.Configured": (input) =>
    flag(object(input, "HibernationOptions"), "Configured") === true,
  Ipv6AddressCount: (input) => (whole(input, "Ipv6AddressCount") ?? 0) > 0,
  "NetworkInterface.DeleteOnTermination=false": (input) =>
    objects(input, "NetworkInterface").some((network) => flag(network, "DeleteOnTermination") === false),
};

/** @throws UnsupportedOperation for enclaves, hibernation, IPv6 addresses, network interfaces that stay, and targeted capacity reservations */
export function readOptions(input: JsonObject): InstanceSettings {
  const refused = Object.entries(UNMODELLED).find(([, isUsed]) => isUsed(input));
  if (refused !== undefined) {
    throw new AwsError(
      "UnsupportedOperation",
      `The rehearsal cloud does not implement ${refused[0]} of launches.`,
    );
  }
  const cpu = object(input, "CpuOptions");
  return {
    disableApiStop: flag(input, "DisableApiStop"),
    cpuCredits: text(object(input, "CreditSpecification"), "CpuCredits"),
    autoRecovery: text(object(input, "MaintenanceOptions"), "AutoRecovery"),
    capacityReservationPreference: text(
      object(input, "CapacityReservationSpecification"),
      "CapacityReservationPreference",
    ),
    hostnameType: text(object(input, "PrivateDnsNameOptions"), "HostnameType"),
    coreCount: whole(cpu, "CoreCount"),
    threadsPerCore: whole(cpu, "ThreadsPerCore"),
  };
}

/** The options as DescribeInstances shows them. */
export function optionAnswers({ settings }: Instance): JsonObject {
  return {
    cpuOptions:
      settings.coreCount === undefined
        ? undefined
        : { coreCount: settings.coreCount, threadsPerCore: settings.threadsPerCore },
    capacityReservationSpecification: {
      capacityReservationPreference: settings.capacityReservationPreference ?? "open",
    },
    enclaveOptions: { enabled: false },
    hibernationOptions: { configured: false },
    maintenanceOptions: { autoRecovery: settings.autoRecovery ?? "default" },
    privateDnsNameOptions: {
      hostnameType: settings.hostnameType ?? "ip-name",
      enableResourceNameDnsARecord: false,
      enableResourceNameDnsAAAARecord: false,
    },
  };
}
