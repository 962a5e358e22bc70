/**
 * Deregistered images: for a while DescribeImages returns nothing to their owner for their id, and only then an error
 * that the image does not exist. Source: EC2 API reference, "DescribeImages".
 */
import { workKind } from "../../../background";
import type { Cloud } from "../../../contract";
import type { Ec2State, Image } from "../state";

/** AWS says "eventually"; it takes longer while an instance refers to the image. */
const REMEMBERED_SECONDS = 3600;

const FORGET = workKind<{ readonly imageId: string }>("ec2:forget-image");

export function rememberDeregistered(state: Ec2State, { clock }: Cloud, image: Image): void {
  const { imageId, owner, region } = image;
  state.deregistered[imageId] = { owner, region };
  FORGET.later(clock, REMEMBERED_SECONDS, { imageId });
}

/** Registers the removal of images with the clock. */
export function handleDeregistered(state: Ec2State, { clock }: Cloud): void {
  FORGET.handle(clock, ({ imageId }) => {
    const isUsed = Object.values(state.instances).some((instance) => instance.imageId === imageId);
    if (isUsed) FORGET.later(clock, REMEMBERED_SECONDS, { imageId });
    else delete state.deregistered[imageId];
  });
}

/** Whether the account had the image in the Region until recently. */
export function wasDeregistered(state: Ec2State, imageId: string, account: string, region: string): boolean {
  const found = Object.hasOwn(state.deregistered, imageId) ? state.deregistered[imageId] : undefined;
  return found?.owner === account && found.region === region;
}
