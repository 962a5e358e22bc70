import type { Call } from "../../../contract";
import { checkId, notFound } from "../errors";
import type { Ec2State, Volume } from "../state";

/** @throws InvalidVolume.NotFound also for another account's volume */
export function ownVolume(state: Ec2State, call: Call, volumeId: string): Volume {
  checkId("volume", volumeId);
  const volume = state.volumes[volumeId];
  if (volume?.owner !== call.caller.account || volume.region !== call.region)
    throw notFound("volume", volumeId);
  return volume;
}
