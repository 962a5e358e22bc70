import { randomUUID } from "node:crypto";
import { workKind } from "../../background";
import type { Cloud } from "../../contract";
import type { Ec2State } from "../ec2/state";
import { Ec2Changes, type Change } from "./changes";
import { deliver, type BusEvent } from "./delivery";

/** Seconds from a change to its event; AWS promises none. */
const DELIVERY_SECONDS = 1;

const DELIVER = workKind<BusEvent>("events:deliver");

/** Where rules have been put: nobody watches EC2 while there are none. */
export interface EventsState {
  /** `account/region` -> true. */
  readonly places: Record<string, true>;
}

/** EventBridge's default buses, as far as EC2 speaks on them. */
export class EventBus {
  readonly state: EventsState = { places: {} };
  private readonly changes: Ec2Changes;

  constructor(
    ec2: Ec2State,
    private readonly cloud: () => Cloud,
  ) {
    this.changes = new Ec2Changes(ec2);
  }

  /** To be called once for each cloud: how events are delivered. */
  handle(): void {
    DELIVER.handle(this.cloud().clock, (event) => deliver(this.cloud(), event));
  }

  /** To be called when a rule was put. */
  watch(account: string, region: string): void {
    if (Object.keys(this.state.places).length === 0) this.changes.look("");
    this.state.places[`${account}/${region}`] = true;
  }

  /** To be called after each call and each piece of work. */
  look(requestId = ""): void {
    if (Object.keys(this.state.places).length === 0) return;
    for (const change of this.changes.look(requestId)) this.publish(change);
  }

  /** To be called when EC2's state was filled anew. */
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
