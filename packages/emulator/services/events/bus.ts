import { randomUUID } from "node:crypto";
import { workKind } from "../../background";
import type { Cloud } from "../../contract";
import type { Ec2State } from "../ec2/state";
import { Ec2Changes, type Change } from "./changes";
import { deliver, type BusEvent } from "./delivery";

/** Seconds from a change to its event; AWS guarantees none. */
const DELIVERY_SECONDS = 1;

const DELIVER = workKind<BusEvent>("events:deliver");

/** Where rules have been created: without rules EC2 is not watched. */
export interface EventsState {
  /** `account/region` -> true. */
  readonly places: Record<string, true>;
}

/** EventBridge's default buses, limited to EC2's events. */
export class EventBus {
  readonly state: EventsState = { places: {} };
  private readonly changes: Ec2Changes;

  constructor(
    ec2: Ec2State,
    private readonly cloud: () => Cloud,
  ) {
    this.changes = new Ec2Changes(ec2);
  }

  /** Call this once for each cloud: registers the delivery of events. */
  handle(): void {
    DELIVER.handle(this.cloud().clock, (event) => deliver(this.cloud(), event));
  }

  /** Call this when a rule was created or changed. */
  watch(account: string, region: string): void {
    if (Object.keys(this.state.places).length === 0) this.changes.look("");
    this.state.places[`${account}/${region}`] = true;
  }

  /** Call this after each call and each piece of background work. */
  look(requestId = ""): void {
    if (Object.keys(this.state.places).length === 0) return;
    for (const change of this.changes.look(requestId)) this.publish(change);
  }

  /** Call this when EC2's state was replaced. */
  reset(): void {
    this.changes.reset();
    this.look();
  }

  private publish({ account, region, detailType, resources, detail }: Change): void {
    if (this.state.places[`${account}/${region}`] === undefined) return;
    const { clock } = this.cloud();
    const event = {
      version: "0",
      id: randomUUID(),
      "detail-type": detailType,
      source: "aws.ec2",
      account,
      time: `${clock.now().toISOString().slice(0, 19)}Z`,
      region,
      resources,
      detail,
    };
    DELIVER.later(clock, DELIVERY_SECONDS, { account, region, event });
  }
}
