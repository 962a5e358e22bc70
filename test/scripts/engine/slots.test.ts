import { AWS_SETTINGS } from "../../../scripts/engine/settings";
import { CopyQuotas } from "../../../scripts/engine/copy-quotas";
import { Slots, type Slot } from "../../../scripts/engine/slots";
import type { Place } from "../../../topology";
import { FakeClock } from "../fake-aws/fake-clock";

const PLACE = { account: { id: "111111111111" }, region: "eu-west-1" } as Place;
const ELSEWHERE = { account: { id: "222222222222" }, region: "eu-west-1" } as Place;
const ignore = () => undefined;

function slots(copiesAtOnce: number, elsewhere = copiesAtOnce) {
  const clock = new FakeClock();
  const settings = { ...AWS_SETTINGS, quotaPauseSeconds: 10, quotaPauseMaxSeconds: 60 };
  const quotas = new CopyQuotas(
    new Map([["222222222222/eu-west-1", { copiesAtOnce: elsewhere, from: "account" }]]),
    {
      copiesAtOnce,
      from: "user",
    },
  );
  return { clock, slots: new Slots(clock, settings, new AbortController().signal, quotas) };
}

/** All request a slot at the same time; each releases it immediately. Returns the order in which they got it. */
async function turns(all: Slots, rules: readonly string[]): Promise<readonly string[]> {
  const order: string[] = [];
  const entering = rules.map(async (rule) => {
    const slot = await all.enter(PLACE, rule, ignore);
    order.push(rule);
    await new Promise(setImmediate);
    slot.leave();
  });
  await Promise.all(entering);
  return order;
}

describe("the slots of copies in progress", () => {
  it("are taken in turns by the rules, so that a big one does not starve a small one", async () => {
    const order = await turns(slots(1).slots, ["big", "big", "big", "big", "small", "small"]);
    expect(order).toEqual(["big", "big", "small", "big", "small", "big"]);
  });

  it("are counted separately for each account and Region", async () => {
    const { slots: all } = slots(1);
    await all.enter(PLACE, "web", ignore);
    const waited: string[] = [];
    await all.enter(ELSEWHERE, "web", () => waited.push("elsewhere"));
    void all.enter(PLACE, "web", () => waited.push("here"));
    expect(waited).toEqual(["here"]);
  });

  it("are as many as each place's quota, and one for a quota of zero, so that AWS is called", async () => {
    const { slots: all } = slots(0, 2);
    const waited: string[] = [];
    const enter = (place: Place) => void all.enter(place, "web", () => waited.push(place.account.id));
    for (const place of [PLACE, PLACE, ELSEWHERE, ELSEWHERE, ELSEWHERE]) enter(place);
    expect(waited).toEqual(["111111111111", "222222222222"]);
  });

  it("count a copy that was found in progress, even beyond the quota", async () => {
    const { slots: all } = slots(1);
    const found = [all.join(PLACE), all.join(PLACE)];
    let entered = false;
    const waiting = all.enter(PLACE, "web", ignore).then(() => (entered = true));
    found[0]?.leave();
    await new Promise(setImmediate);
    expect(entered).toBe(false);
    found[1]?.leave();
    await waiting;
    expect(entered).toBe(true);
  });

  it("decrease when AWS refuses a copy, and increase again after a pause", async () => {
    const { clock, slots: all } = slots(3);
    const taken: Slot[] = [];
    for (let count = 0; count < 3; count += 1) taken.push(await all.enter(PLACE, "web", ignore));
    const before = clock.now().getTime();
    await taken[2]?.refused();
    expect(clock.now().getTime() - before).toBeGreaterThanOrEqual(10_000);

    let waited = 0;
    const wait = () => (waited += 1);
    taken.pop()?.leave();
    const third = all.enter(PLACE, "web", wait);
    expect(waited).toBe(1);
    clock.advance(60);
    taken.pop()?.leave();
    taken.push(await third);
    taken.push(await all.enter(PLACE, "web", wait));
    expect(waited).toBe(1);
  });
});
