/**
 * Images that are gone: by their id DescribeImages answers their owner nothing for a while, and only then that there is no
 * such image. Source: EC2 API reference, "DescribeImages".
 */
import { workKind } from "../../../background";
import type { Cloud } from "../../../contract";
import type { Ec2State, Image } from "../state";

/** AWS says "eventually"; while an instance refers to the image it is longer. */
const REMEMBERED_SECONDS = 3600;

const FORGET = workKind<{ readonly imageId: string }>("ec2:forget-image");

export function rememberDeregistered(state: Ec2State, { clock }: Cloud, image: Image): void {
  const { imageId, owner, region } = image;
  state.deregistered[imageId] = { owner, region };
  FORGET.later(clock, REMEMBERED_SECONDS, { imageId });
}

/** Tells the clock how images are forgotten. */
export function handleDeregistered(state: Ec2State, { clock }: Cloud): void {
  FORGET.handle(clock, ({ imageId }) => {
    const isUsed = Object.values(state.instances).some((instance) => instance.imageId === imageId);
    if (isUsed) FORGET.later(clock, REMEMBERED_SECONDS, { imageId });
    else delete state.deregistered[imageId];
  });
}

/** Whether the account had that image in the Region until not long ago. */
export function wasDeregistered(state: Ec2State, imageId: string, account: string, region: string): boolean {
  const found = Object.hasOwn(state.deregistered, imageId) ? state.deregistered[imageId] : undefined;
  return found?.owner === account && found.region === region;
}
