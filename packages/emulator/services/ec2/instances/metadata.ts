/** The instance metadata options. */
import type { JsonObject } from "../../../contract";
import type { Instance } from "../state";

/** The options as instances show them. */
export function metadataAnswer(instance: Instance): JsonObject {
  const { settings } = instance;
  return {
    state: "applied",
    httpTokens: httpTokens(instance),
    httpPutResponseHopLimit: settings.httpPutResponseHopLimit ?? 2,
    httpEndpoint: settings.httpEndpoint ?? "enabled",
    httpProtocolIpv6: "disabled",
    instanceMetadataTags: settings.instanceMetadataTags ?? "disabled",
  };
}

/** The options that the instance requests, otherwise those of its image. */
export function httpTokens({ settings, traits }: Instance): string {
  return settings.httpTokens ?? (traits.imdsSupport === "v2.0" ? "required" : "optional");
}
