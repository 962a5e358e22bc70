/** How a fleet reaches and keeps its capacity. Source: EC2 user guide, "EC2 Fleet request types". */
import { serviceLinkedRoleName } from "@keyferry/common";
import { workKind } from "../../../background";
import type { Caller, Cloud } from "../../../contract";
import { AwsError } from "../../../contract";
import { launch } from "../instances/launch";
import { terminate, USER_SHUTDOWN } from "../instances/lifecycle";
import type { Ec2State, Fleet, FleetInstance } from "../state";
import { setTags, type Tags } from "../tags/tags";
import { fleetSpecification } from "./options";

/** The principal that launches for fleets that run in the background, and the tag that identifies their instances. */
const KINDS = {
  ec2Fleet: { service: "ec2fleet.amazonaws.com", tag: "aws:ec2:fleet-id" },
  spotFleet: { service: "spotfleet.amazonaws.com", tag: "aws:ec2spot:fleet-request-id" },
} as const;

type FleetKind = keyof typeof KINDS;

const kindOf = ({ spotFleet }: Pick<Fleet, "spotFleet">): FleetKind =>
  spotFleet === undefined ? "ec2Fleet" : "spotFleet";

/** Seconds of the cloud's clock. */
const REACTION_SECONDS = 2;
const CHECK_SECONDS = 60;

/** A cancelled Spot Fleet still counts as a fleet as long as its instances run. */
const ENDING: readonly Fleet["state"][] = ["deleted_terminating", "deleted_running"];

interface OneFleet {
  readonly fleetId: string;
}

const FULFIL = workKind<OneFleet>("ec2:fulfil-fleet");
const END = workKind<OneFleet>("ec2:end-fleet");

/** The principal that launches the instances of a fleet. */
export interface FleetLauncher {
  readonly launcher: Caller;
  /** The principal that uses the keys of its Spot Instances. @default - the launcher */
  readonly spotKeyUser?: Caller;
}

/**
 * The service-linked role that launches for fleets that run in the background. With the API it must already exist.
 * Source: EC2 user guide, "EC2 Fleet prerequisites", "Spot Fleet permissions".
 */
export async function fleetRole(cloud: Cloud, account: string, kind: FleetKind): Promise<Caller> {
  const { service } = KINDS[kind];
  const role = await cloud.identities.serviceLinkedRole(account, service);
  if (role !== undefined) return role;
  throw new AwsError(
    "InvalidParameterValue",
    `The service-linked role ${serviceLinkedRoleName(service)} does not exist; create it for ${service} first.`,
  );
}

/** Checks the fleet soon; repeatedly for type maintain. */
export function fulfilLater({ clock }: Cloud, { fleetId }: Fleet): void {
  FULFIL.later(clock, REACTION_SECONDS, { fleetId });
}

export function endFleetLater({ clock }: Cloud, { fleetId }: Fleet): void {
  END.later(clock, CHECK_SECONDS, { fleetId });
}

/** Registers the background work of fleets with the clock. */
export function handleFleets(state: Ec2State, cloud: Cloud): void {
  FULFIL.handle(cloud.clock, async ({ fleetId }) => {
    const fleet = state.fleets[fleetId];
    if (fleet === undefined || fleet.state.startsWith("deleted")) return;
    fleet.state = "active";
    fleet.instances = livingOf(state, fleet);
    endSurplus(state, cloud, fleet);
    await launchMissing(state, cloud, fleet, {
      launcher: await fleetRole(cloud, fleet.owner, kindOf(fleet)),
    });
    if (fleet.type === "maintain") FULFIL.later(cloud.clock, CHECK_SECONDS, { fleetId });
  });
  END.handle(cloud.clock, ({ fleetId }) => {
    const fleet = state.fleets[fleetId];
    if (fleet === undefined || !ENDING.includes(fleet.state)) return;
    if (livingOf(state, fleet).length > 0) endFleetLater(cloud, fleet);
    else fleet.state = "deleted";
  });
}

/** Instances that exist and are not terminating. */
export function livingOf(state: Ec2State, { instances }: Fleet): readonly FleetInstance[] {
  return instances.filter(({ instanceId }) =>
    ["pending", "running", "stopping", "stopped"].includes(state.instances[instanceId]?.state ?? ""),
  );
}

/** Units of capacity, of one market. */
export function capacityOf({ instances }: Pick<Fleet, "instances">, isSpot?: boolean): number {
  return instances
    .filter((instance) => isSpot === undefined || instance.isSpot === isSpot)
    .reduce((sum, { weight }) => sum + weight, 0);
}

/** @param tags of the instances and volumes, where the request may set them */
export async function launchMissing(
  state: Ec2State,
  cloud: Cloud,
  fleet: Fleet,
  { launcher, spotKeyUser }: FleetLauncher,
  tags?: { readonly instance: Tags; readonly volume: Tags },
): Promise<void> {
  fleet.failures = [];
  for (const isSpot of [false, true]) {
    const wanted = isSpot ? fleet.target.spot : fleet.target.onDemand;
    for (const [index, option] of fleet.options.entries()) {
      const { weight } = option;
      const count = Math.ceil((wanted - capacityOf(fleet, isSpot)) / weight);
      if (count <= 0) break;
      try {
        const { region, owner } = fleet;
        const specification = fleetSpecification(state, { region, account: owner }, option, tags);
        const launched = await launch(state, cloud, {
          ...{ launcher, region, specification, count, isSpot },
          ...(isSpot && spotKeyUser !== undefined ? { keyUser: spotKeyUser } : {}),
        });
        for (const { instanceId } of launched) {
          setTags(state, owner, instanceId, { [KINDS[kindOf(fleet)].tag]: fleet.fleetId });
        }
        const added = launched.map(({ instanceId }) => ({ instanceId, isSpot, option: index, weight }));
        fleet.instances = [...fleet.instances, ...added];
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { code, message } = error;
        fleet.failures = [...fleet.failures, { option: index, isSpot, code, message }];
      }
    }
  }
}

/** If the fleet may terminate: the newest instances are terminated until the capacity is no longer exceeded. */
function endSurplus(state: Ec2State, cloud: Cloud, fleet: Fleet): void {
  if (fleet.excessPolicy === "no-termination") return;
  for (const isSpot of [false, true]) {
    const wanted = isSpot ? fleet.target.spot : fleet.target.onDemand;
    const newestFirst = [...fleet.instances].reverse().filter((instance) => instance.isSpot === isSpot);
    for (const { instanceId, weight } of newestFirst) {
      if (capacityOf(fleet, isSpot) - weight < wanted) break;
      const instance = state.instances[instanceId];
      if (instance !== undefined) terminate(cloud, instance, USER_SHUTDOWN);
      fleet.instances = fleet.instances.filter((other) => other.instanceId !== instanceId);
    }
  }
}
