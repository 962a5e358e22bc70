import { afterWork } from "./after-work";
import type { Clock } from "./contract";
import { createCloud, decideAs, type FrameCloud } from "./cloud";
import type { Frame } from "./dispatch";
import { Faults } from "./faults/faults";
import { Identities } from "./identity/identities";
import { Lag } from "./lag";
import { createMotoClient } from "./moto/client";
import type { Forward } from "./moto/forward";
import { autoScalingService, emptyAutoScalingState, handleAutoScalingWork } from "./services/autoscaling";
import { cloudTrailService } from "./services/cloudtrail/service";
import { ec2Service, emptyEc2State, handleEc2Work, imageDirectory } from "./services/ec2";
import { EventBus } from "./services/events/bus";
import { eventsService } from "./services/events/service";
import { iamService } from "./services/iam/service";
import { keyService } from "./services/kms/key-service";
import { kmsService } from "./services/kms/service";
import { KmsState } from "./services/kms/state";
import { handleKeyWork } from "./services/kms/work";
import { Organizations } from "./services/organizations/directory";
import { organizationsService } from "./services/organizations/service";
import { emptyOrganizationsState, type OrganizationsState } from "./services/organizations/state";
import { handleBatchJobs } from "./services/s3/batch/carry-out";
import { s3ControlService } from "./services/s3/batch/service";
import { Backend } from "./services/s3/backend";
import { objectStore } from "./services/s3/object-store";
import { handleReplication } from "./services/s3/replication/carry-out";
import { failuresIn, type ReplicationFailure } from "./services/s3/replication/status";
import { s3Service } from "./services/s3/service";
import { emptyS3State } from "./services/s3/state";
import { handleParameterWork } from "./services/ssm/put-parameter";
import { serviceQuotasService } from "./services/service-quotas/service";
import { ssmService } from "./services/ssm/service";
import { handleRdsWork } from "./services/rds/progress";
import { rdsService } from "./services/rds/service";
import { emptyRdsState } from "./services/rds/state";
import { storedServices } from "./services/stored";
import { stsService } from "./services/sts/service";
import { QuotaDesk, type QuotaChanges } from "./quotas";
import type { Store } from "./state/capture";
import { History } from "./trail/history";
import { traced } from "./trail/services";
import { recordSharedSnapshots } from "./trail/shared-snapshots";

/** One cloud: the handler that answers requests, and the states that a dump contains. */
export interface Composition extends Frame {
  readonly stores: Readonly<Record<string, Store>>;
  readonly quotas: QuotaDesk;
  readonly organizations: OrganizationsState;
  /** Objects that have not been replicated to the destinations of their replication rules, and why. */
  replicationFailures(): readonly ReplicationFailure[];
  /** Call this after the stores were refilled: everything that was cached from them is invalid. */
  forget(): void;
}

export interface ComposeOptions {
  /** Seconds. @default 0, everything is consistent immediately */
  readonly consistencyLag?: number;
  /** For every account. @default - AWS's quotas for a new account */
  readonly quotas?: QuotaChanges;
}

/** Assembles one cloud: a clock, moto behind `forward`, and every service on top of them. */
export function composeFrame(
  wall: Clock,
  forward: Forward,
  onDefect: (error: unknown) => void,
  { consistencyLag = 0, quotas = {} }: ComposeOptions = {},
): Composition {
  const moto = createMotoClient(forward);
  const lag = new Lag(wall, consistencyLag);
  const clock = afterWork(lag.watched(), () => events.look());
  const identities = new Identities(moto, clock, consistencyLag);
  const trail = new History(clock);
  const faults = new Faults();
  const kms = new KmsState();
  const seenKms = lag.view(kms, new KmsState(kms));
  const organizations = emptyOrganizationsState();
  const directory = new Organizations(organizations);
  const ec2 = emptyEc2State(directory);
  const desk = new QuotaDesk(ec2);
  desk.set(quotas);
  const seenEc2 = lag.view(ec2, emptyEc2State(directory));
  const autoScaling = emptyAutoScalingState();
  const rds = emptyRdsState();
  const s3 = { state: emptyS3State(), backend: new Backend(forward), identities };
  const objects = objectStore(s3, () => cloud);
  const images = imageDirectory(ec2);
  const parts = { clock, moto, identities, trail, faults, objects, images, organizations: directory };
  const keys = traced(
    keyService(seenKms, clock, (caller, check) => Promise.resolve(decideAs(parts, caller, check))),
    trail,
  );
  const cloud: FrameCloud = createCloud({ ...parts, keys });
  const events = new EventBus(ec2, () => cloud);
  events.handle();
  handleParameterWork(cloud);
  handleKeyWork(kms, clock);
  handleEc2Work(ec2, cloud);
  handleAutoScalingWork({ state: autoScaling, ec2, cloud });
  handleRdsWork(rds, cloud);
  handleReplication(s3, cloud);
  handleBatchJobs(s3, cloud);
  const services = [
    stsService(identities),
    iamService(identities),
    lag.mount(kms, seenKms, (state) => kmsService(state, identities)),
    ssmService(),
    s3ControlService(s3),
    s3Service(s3),
    lag.mount(ec2, seenEc2, ec2Service),
    autoScalingService(ec2, autoScaling),
    cloudTrailService(trail),
    serviceQuotasService(ec2),
    organizationsService(organizations),
    eventsService(events),
    rdsService({ rds, ec2 }),
    ...storedServices(),
  ];
  return {
    cloud,
    services,
    forward,
    onDefect,
    quotas: desk,
    organizations,
    onServed(call) {
      lag.served(call.service, call.operation);
      if (call.service === "ec2" || call.service === "autoscaling") events.look(call.requestId);
      recordSharedSnapshots(trail, ec2, call);
    },
    stores: {
      kms,
      ec2,
      autoScaling,
      rds,
      s3: s3.state,
      trail,
      sessions: identities.sessions,
      accessKeys: identities.accessKeys,
      trust: identities.trust,
      boundaries: identities.boundaries,
      organizations,
      events: events.state,
    },
    replicationFailures: () => failuresIn(s3.state),
    forget() {
      identities.forget();
      lag.reset();
      events.reset();
    },
  };
}
