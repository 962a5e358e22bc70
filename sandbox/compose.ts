import { decide } from "./authorise/decide";
import type { Clock } from "./contract";
import { createCloud, type FrameCloud } from "./cloud";
import type { Frame } from "./dispatch";
import { Identities } from "./identity/identities";
import { createMotoClient } from "./moto/client";
import type { Forward } from "./moto/forward";
import { autoScalingService } from "./services/autoscaling";
import { ec2Service, emptyEc2State, imageDirectory } from "./services/ec2";
import { iamService } from "./services/iam/service";
import { keyService } from "./services/kms/key-service";
import { kmsService } from "./services/kms/service";
import { KmsState } from "./services/kms/state";
import { s3Service } from "./services/s3/service";
import { ssmService } from "./services/ssm/service";
import { stsService } from "./services/sts/service";

/** Puts one cloud together: a clock, moto behind `forward`, and every service on them. */
export function composeFrame(clock: Clock, forward: Forward, onDefect: (error: unknown) => void): Frame {
  const moto = createMotoClient(forward);
  const identities = new Identities(moto);
  const kms = new KmsState();
  const ec2 = emptyEc2State();
  const keys = keyService(kms, clock, (caller, check) => Promise.resolve(decide(clock, caller, check)));
  const cloud: FrameCloud = createCloud({ clock, moto, identities, keys, images: imageDirectory(ec2) });
  const services = [
    stsService(identities),
    iamService(identities),
    kmsService(kms, identities),
    ssmService(),
    s3Service(),
    ec2Service(ec2),
    autoScalingService(ec2),
  ];
  return { cloud, services, forward, onDefect };
}
