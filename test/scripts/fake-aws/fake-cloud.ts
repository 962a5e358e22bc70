import { AWS_TEXTS, canonicalJson, keyArn, partitionOf, roleArn, viaService } from "@keyferry/common";
import { evaluate } from "@keyferry/evaluator";
import type { PolicyDocument } from "../../../policy";
import type { Account, Place } from "../../../topology";
import type {
  AwsAccess,
  CopyImageRequest,
  CopySnapshotRequest,
  ImageUse,
  ImageView,
  InstanceTypeView,
  KernelImage,
  QuotaView,
  RegisterRequest,
  SnapshotView,
} from "../../../scripts/aws";
import { Bomb } from "./bomb";
import { changeOf, error, guardOf, idOf } from "./call";
import type { FakeClock } from "./fake-clock";
import { FakeSettings } from "./fake-settings";
import { groupsPort, type FakeGroup } from "./groups-port";
import { databasesPort, settleDbSnapshots, type FakeDbSnapshot } from "./databases-port";
import { FakeObjects } from "./fake-objects";
import { imagesPort } from "./images-port";
import { instanceTypesPort } from "./instance-types-port";
import { keysPort } from "./keys-port";
import { parametersPort } from "./parameters-port";
import { documentOf } from "./policies";
import { registeredImagesPort } from "./registered-images-port";
import { rolesPort } from "./roles-port";
import { settleStoreTasks, storedImagesPort, type FakeStoreTask } from "./stored-images-port";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface FakeImage {
  view: Mutable<ImageView>;
  place: Place;
  visibleAt: number;
  launchPermissions: string[];
  registered: boolean;
  /** Ends the copy; undefined for an image that was not copied. */
  copy?: {
    endsAt: number;
    startedAt: number;
    sourceKeys: readonly string[];
    /** @default - restored from an object, and not encrypted */
    keyArn?: string;
  };
}

export interface FakeSnapshot {
  view: Mutable<SnapshotView>;
  place: Place;
  visibleAt: number;
  createVolumePermissions: string[];
  /** The volume from which it was made. @default - it is a copy */
  volumeId?: string;
  /** The state of CopySnapshot. @default - it belongs to a copy of an image, or is not a copy */
  copy?: FakeCopy;
}

/** A copy in progress, in milliseconds since 1970. */
export interface FakeCopy {
  startedAt: number;
  endsAt: number;
  sourceKeys: readonly string[];
  keyArn: string;
  /** @default - it was not accessible when the copy was started */
  isSourceSeen?: boolean;
}

export interface FakeKey {
  arn: string;
  manager: "AWS" | "CUSTOMER";
  state: string;
  deletionDate?: string;
  policy: PolicyDocument;
}

export interface FakeOptions {
  readonly copySeconds?: number;
  readonly lagSeconds?: number;
  readonly validateSeconds?: number;
}

/** A complete AWS in memory; README.md in this directory describes its behaviour. */
export class FakeCloud {
  readonly images: FakeImage[] = [];
  readonly snapshots: FakeSnapshot[] = [];
  readonly dbSnapshots: FakeDbSnapshot[] = [];
  /** Bucket -> 12-digit id of its account. */
  readonly buckets = new Map<string, string>();
  readonly objects = new FakeObjects();
  readonly storeTasks: FakeStoreTask[] = [];
  readonly keys = new Map<string, FakeKey>();
  /** `account/region alias` -> key ARN. */
  readonly aliases = new Map<string, string>();
  /** `account/region name` -> values; the last one that is due is current. */
  readonly parameters = new Map<string, { value: string; shownAt: number }[]>();
  /** `account/region name` -> its type, if it is not a String of the data type `aws:ec2:image`. */
  readonly parameterTypes = new Map<string, { readonly type: string; readonly dataType: string }>();
  /** `account/region name` of parameters that the runner role is not allowed to read. */
  readonly unreadable = new Set<string>();
  /** `account/region name` -> tags. */
  readonly parameterTags = new Map<string, Readonly<Record<string, string>>>();
  readonly serviceLinkedRoles = new Set<string>();
  /** `account/region` -> what launches from images there. */
  readonly uses = new Map<string, ImageUse[]>();
  /** Instance types that exist, each offered in the zones named. */
  readonly instanceTypes = new Map<string, InstanceTypeView & { readonly zones: readonly string[] }>();
  /** `account/region name` -> an Auto Scaling group. */
  readonly groups = new Map<string, FakeGroup>();
  readonly settings = new FakeSettings(this.serviceLinkedRoles);
  /** `account/region` -> its quota of copies in progress, or the error of Service Quotas. */
  readonly copyQuotas = new Map<string, QuotaView | Error | undefined>();
  /** `account/region` -> its quotas of images and snapshots in Service Quotas; they are not enforced. */
  readonly mayOwn = new Map<string, { readonly images: number; readonly snapshots: number }>();
  /** `account role` -> inline policies. */
  readonly rolePolicies = new Map<string, { name: string; document: string }[]>();
  /** Accounts whose runner role cannot be assumed. */
  readonly closedAccounts = new Set<string>();
  /** Region -> Amazon's kernels and RAM disks there. */
  readonly kernels = new Map<string, readonly KernelImage[]>();
  /** Every call, for counting: `DescribeImages 222222222222/eu-west-1`. */
  readonly calls: string[] = [];
  private readonly tokens = new Map<string, { request: string; imageId: string }>();
  private counter = 0;

  constructor(
    readonly clock: FakeClock,
    readonly options: FakeOptions = {},
  ) {}

  /** The cloud for one run. */
  access(bomb = new Bomb()): AwsAccess {
    const guard = guardOf(this.calls, this.closedAccounts, bomb);
    const change = changeOf(guard, bomb);
    return {
      images: (place) => imagesPort(this, place, guard, change),
      databases: (place) => databasesPort(this, place, guard, change),
      storedImages: (place) => storedImagesPort(this, place, guard, change),
      registeredImages: (place) => registeredImagesPort(this, place, guard, change),
      keys: (place) => keysPort(this, place, guard),
      parameters: (place) => parametersPort(this, place, guard, change),
      uses: (place) => ({
        usesOf: async () => {
          guard(place.account, place.region, "DescribeInstances");
          return [...(this.uses.get(idOf(place)) ?? [])];
        },
        snapshotUses: async (snapshotIds) => {
          guard(place.account, place.region, "DescribeLaunchTemplateVersions");
          return this.registered(place).flatMap((image) =>
            image.view.volumes
              .filter(({ snapshotId }) => snapshotIds.includes(snapshotId))
              .map(({ snapshotId }) => ({ user: `image ${image.view.id}`, snapshotId })),
          );
        },
        parametersShowing: async (imageIds) => {
          guard(place.account, place.region, "DescribeImageReferences");
          return this.namesIn(place).flatMap((name) => {
            const image = this.shown(place, name) ?? "";
            return this.dataTypeOf(place, name) === "aws:ec2:image" && imageIds.includes(image)
              ? [{ user: `the parameter ${name}`, image }]
              : [];
          });
        },
        parameter: async (name) => {
          guard(place.account, place.region, "DescribeParameters");
          if (!this.namesIn(place).includes(name)) return undefined;
          const version = this.parameters.get(`${idOf(place)} ${name}`)?.length ?? 0;
          return { dataType: this.dataTypeOf(place, name), version };
        },
      }),
      groups: (place) => groupsPort(this, place, guard),
      instanceTypes: (place) => instanceTypesPort(this, place, guard),
      quotas: (place) => ({
        serviceQuota: async (_service, name) => {
          guard(place.account, place.region, "ListServiceQuotas");
          const id = idOf(place);
          const quota = this.copyQuotas.has(id) ? this.copyQuotas.get(id) : applied(20);
          if (quota instanceof Error) throw quota;
          const { images, snapshots } = this.mayOwn.get(id) ?? { images: 50_000, snapshots: 100_000 };
          if (name === "AMIs") return applied(images);
          return name === "Snapshots per Region" ? applied(snapshots) : quota;
        },
        owned: async (what) => {
          guard(place.account, place.region, what === "images" ? "DescribeImages" : "DescribeSnapshots");
          if (what === "images") return this.registered(place).length;
          return this.snapshots.filter((snapshot) => idOf(snapshot.place) === idOf(place)).length;
        },
      }),
      settings: (place) =>
        this.settings.port(place, (operation) => guard(place.account, place.region, operation)),
      roles: (account) => rolesPort(this, account, guard, change),
      now: () => this.clock.now(),
      identity: (account) => ({
        callerArn: async () => {
          guard(account, "global", "GetCallerIdentity");
          return roleArn("aws", account.id, account.runnerRole);
        },
      }),
    };
  }

  addKey(
    place: Place,
    alias: string,
    policy: PolicyDocument,
    manager: FakeKey["manager"] = "CUSTOMER",
  ): string {
    const arn = keyArn(place.region, place.account.id, `key-${(this.counter += 1)}`);
    this.keys.set(arn, { arn, manager, state: "Enabled", policy });
    this.aliases.set(`${idOf(place)} ${alias}`, arn);
    return arn;
  }

  addImage(
    place: Place,
    name: string,
    volumes: readonly { deviceName: string; sizeGiB: number; keyArn?: string }[],
  ): string {
    const imageId = this.id("ami");
    const now = this.clock.now();
    const mapped = volumes.map(({ deviceName, sizeGiB, keyArn: arn }) => {
      const snapshotId = this.id("snap");
      this.snapshots.push({
        view: {
          snapshotId,
          startTime: now.toISOString(),
          state: "completed",
          progressPercent: 100,
          encrypted: arn !== undefined,
          ...(arn === undefined ? {} : { keyArn: arn }),
          sizeGiB,
          tags: {},
        },
        place,
        visibleAt: 0,
        createVolumePermissions: [],
      });
      return { deviceName, snapshotId, sizeGiB, settings: { "volume type": "gp3" } };
    });
    this.images.push({
      view: {
        id: imageId,
        name,
        ownerId: place.account.id,
        state: "available",
        creationDate: now.toISOString(),
        marketplaceCodes: [],
        tags: {},
        volumes: mapped,
        devices: mapped.map(({ deviceName }) => deviceName),
        attributes: { architecture: "x86_64", "boot mode": "uefi" },
        isPublic: false,
        deregistrationProtection: "disabled",
      },
      place,
      visibleAt: 0,
      launchPermissions: [],
      registered: true,
    });
    return imageId;
  }

  /** A snapshot of a volume, of no image. */
  addSnapshot(
    place: Place,
    made: Pick<FakeSnapshot, "volumeId"> & {
      readonly sizeGiB: number;
      readonly keyArn?: string;
      readonly tags?: Readonly<Record<string, string>>;
      readonly description?: string;
    },
  ): string {
    const { volumeId, sizeGiB, keyArn, tags = {}, description } = made;
    const snapshotId = this.id("snap");
    this.snapshots.push({
      view: {
        snapshotId,
        ...(description === undefined ? {} : { description }),
        startTime: this.clock.now().toISOString(),
        state: "completed",
        progressPercent: 100,
        encrypted: keyArn !== undefined,
        ...(keyArn === undefined ? {} : { keyArn }),
        sizeGiB,
        tags: { ...tags },
      },
      place,
      visibleAt: 0,
      createVolumePermissions: [],
      ...(volumeId === undefined ? {} : { volumeId }),
    });
    return snapshotId;
  }

  /**
   * An available copy that a run made of an image that no longer exists: AWS has its parent's id, which is also in the tags.
   * @param parent id of the source image that AWS returns. @default - the one in its tags
   */
  addCopy(
    place: Place,
    name: string,
    lineage: Readonly<Record<string, string>>,
    parent = "ami-0ldc0ffee",
  ): string {
    const imageId = this.addImage(place, name, [{ deviceName: "/dev/xvda", sizeGiB: 8 }]);
    const image = this.image(imageId);
    const tags = {
      "keyferry:source-image": "ami-0ldc0ffee",
      "keyferry:parent-image": "ami-0ldc0ffee",
      ...lineage,
    };
    image.view.tags = tags;
    image.view.parentImageId = parent;
    for (const { view } of this.snapshotsOf(image)) {
      view.tags = tags;
      view.description = copiedSnapshot(imageId, parent, "snap-0ldc0ffee", this.clock.now());
    }
    return imageId;
  }

  /** Registered images of an account and Region: the actual state, not what Describe returns. */
  registered(place: { account: { id: string }; region: string }): FakeImage[] {
    this.settle();
    return this.images.filter((image) => image.registered && idOf(image.place) === idOf(place));
  }

  image(imageId: string): FakeImage {
    this.settle();
    const found = this.images.find((image) => image.view.id === imageId);
    if (found === undefined) throw new TypeError(`the fake has no ${imageId}`);
    return found;
  }

  snapshotsOf(image: FakeImage): FakeSnapshot[] {
    const ids = image.view.volumes.map((volume) => volume.snapshotId);
    return this.snapshots.filter((snapshot) => ids.includes(snapshot.view.snapshotId));
  }

  shown(place: { account: { id: string }; region: string }, name: string): string | undefined {
    const now = this.clock.now().getTime();
    return this.parameters
      .get(`${idOf(place)} ${name}`)
      ?.filter((entry) => entry.shownAt <= now)
      .at(-1)?.value;
  }

  private namesIn(place: Place): readonly string[] {
    const start = `${idOf(place)} `;
    return [...this.parameters.keys()]
      .filter((name) => name.startsWith(start))
      .map((name) => name.slice(start.length));
  }

  private dataTypeOf(place: Place, name: string): string {
    return this.parameterTypes.get(`${idOf(place)} ${name}`)?.dataType ?? "aws:ec2:image";
  }

  /** Returns the id of the copy, or throws AWS's refusal. */
  /** An image of completed snapshots of the account, available immediately. */
  registerImage(place: Place, request: RegisterRequest): string {
    const { account, region } = place;
    const refuse = (code: string, message: string) => error(account, region, "RegisterImage", code, message);
    this.settle();
    if (this.registered(place).some(({ view }) => view.name === request.name))
      throw refuse("InvalidAMIName.Duplicate", `AMI name ${request.name} is already in use`);
    const volumes = request.devices.flatMap(({ deviceName, volume }) => {
      if (volume?.snapshotId === undefined) return [];
      const snapshot = this.snapshots.find(
        (one) => one.view.snapshotId === volume.snapshotId && idOf(one.place) === idOf(place),
      );
      if (snapshot?.view.state !== "completed")
        throw refuse("IncorrectState", `${volume.snapshotId} is ${snapshot?.view.state ?? "not there"}`);
      const settings = { "volume type": String(volume.carried.VolumeType) };
      return [{ deviceName, snapshotId: volume.snapshotId, sizeGiB: snapshot.view.sizeGiB, settings }];
    });
    const { Architecture, BootMode } = request.carried;
    const id = this.id("ami");
    const now = this.clock.now();
    this.images.push({
      view: {
        id,
        name: request.name,
        ...(request.description === undefined ? {} : { description: request.description }),
        ownerId: account.id,
        state: "available",
        creationDate: now.toISOString(),
        marketplaceCodes: [],
        tags: { ...request.tags },
        volumes,
        devices: request.devices.map(({ deviceName }) => deviceName),
        attributes: { architecture: String(Architecture), "boot mode": String(BootMode) },
        isPublic: false,
        deregistrationProtection: "disabled",
      },
      place,
      visibleAt: now.getTime() + (this.options.lagSeconds ?? 0) * 1000,
      launchPermissions: [],
      registered: true,
    });
    return id;
  }

  copyImage(place: Place, request: CopyImageRequest): string {
    const { account, region } = place;
    const refuse = (code: string, message: string) => error(account, region, "CopyImage", code, message);
    const token = `${idOf(place)} ${request.clientToken}`;
    const before = this.tokens.get(token);
    if (before !== undefined) {
      if (before.request !== canonicalJson(request))
        throw refuse("IdempotentParameterMismatch", "other parameters");
      return before.imageId;
    }
    this.settle();
    const source = this.images.find(
      (i) => i.registered && i.view.id === request.sourceImageId && i.place.region === request.sourceRegion,
    );
    const isOwn = source?.place.account.id === account.id;
    if (source === undefined || !(isOwn || source.launchPermissions.includes(account.id))) {
      throw refuse("InvalidAMIID.NotFound", `The image id '[${request.sourceImageId}]' does not exist`);
    }
    const snapshots = this.snapshotsOf(source);
    if (!isOwn && snapshots.some((s) => !s.createVolumePermissions.includes(account.id))) {
      throw refuse("InvalidRequest", AWS_TEXTS.noStorageAccess);
    }
    if (source.view.state !== "available")
      throw refuse("InvalidAMIID.Unavailable", "the image is not available");
    if (!this.keys.has(request.keyArn)) throw refuse("InvalidParameterValue", "no such key");
    if (this.registered(place).some((image) => image.view.name === request.name)) {
      throw refuse("InvalidAMIName.Duplicate", `AMI name ${request.name} is already in use`);
    }
    const imageId = this.id("ami");
    this.tokens.set(token, { request: canonicalJson(request), imageId });
    const startedAt = this.clock.now().getTime();
    const visibleAt = startedAt + (this.options.lagSeconds ?? 0) * 1000;
    const volumes = source.view.volumes.map((volume) => {
      const snapshotId = this.id("snap");
      this.snapshots.push({
        view: {
          snapshotId,
          description: copiedSnapshot(imageId, source.view.id, volume.snapshotId, new Date(startedAt)),
          startTime: new Date(startedAt).toISOString(),
          state: "pending",
          progressPercent: 0,
          encrypted: true,
          keyArn: request.keyArn,
          sizeGiB: volume.sizeGiB,
          tags: { ...request.tags },
        },
        place,
        visibleAt,
        createVolumePermissions: [],
      });
      return { ...volume, snapshotId };
    });
    this.images.push({
      view: {
        id: imageId,
        name: request.name,
        ownerId: account.id,
        parentImageId: source.view.id,
        state: "pending",
        creationDate: this.clock.now().toISOString(),
        marketplaceCodes: [],
        tags: { ...request.tags },
        ...(request.description === undefined ? {} : { description: request.description }),
        volumes,
        devices: source.view.devices,
        attributes: source.view.attributes,
        isPublic: false,
        deregistrationProtection: "disabled",
      },
      place,
      visibleAt,
      launchPermissions: [],
      registered: true,
      copy: {
        startedAt,
        endsAt: startedAt + (this.options.copySeconds ?? 60) * 1000,
        sourceKeys: snapshots.flatMap((s) => s.view.keyArn ?? []),
        keyArn: request.keyArn,
      },
    });
    return imageId;
  }

  /** The id of an image that is restored from an object, unencrypted; EC2 records from which image that was stored. */
  restoreImage(place: Place, sourceId: string, name: string, tags: Readonly<Record<string, string>>): string {
    const { account, region } = place;
    if (this.registered(place).some((image) => image.view.name === name)) {
      const message = `AMI name ${name} is already in use`;
      throw error(account, region, "CreateRestoreImageTask", "InvalidAMIName.Duplicate", message);
    }
    const source = this.image(sourceId);
    const volumes = source.view.volumes.map(({ deviceName, sizeGiB }) => ({ deviceName, sizeGiB }));
    const imageId = this.addImage(place, name, volumes);
    const image = this.image(imageId);
    const startedAt = this.clock.now().getTime();
    image.visibleAt = startedAt + (this.options.lagSeconds ?? 0) * 1000;
    image.copy = { startedAt, endsAt: startedAt + (this.options.copySeconds ?? 60) * 1000, sourceKeys: [] };
    Object.assign(image.view, {
      state: "pending",
      parentImageId: sourceId,
      tags,
      attributes: source.view.attributes,
    });
    for (const snapshot of this.snapshotsOf(image)) {
      snapshot.visibleAt = image.visibleAt;
      Object.assign(snapshot.view, { state: "pending", progressPercent: 0, tags });
    }
    return imageId;
  }

  /** A snapshot in a Region that an account owns, or from which it can create volumes. */
  seenSnapshot({ account }: Place, snapshotId: string, region: string): FakeSnapshot | undefined {
    return this.snapshots.find(
      ({ view, place, createVolumePermissions }) =>
        view.snapshotId === snapshotId &&
        place.region === region &&
        (place.account.id === account.id || createVolumePermissions.includes(account.id)),
    );
  }

  /** Each call makes a copy; a source that the caller cannot access is accepted, and the copy fails. */
  copySnapshot(place: Place, request: CopySnapshotRequest): string {
    const { account, region } = place;
    if (!this.keys.has(request.keyArn))
      throw error(account, region, "CopySnapshot", "InvalidParameterValue", "no such key");
    const source = this.seenSnapshot(place, request.sourceSnapshotId, request.sourceRegion);
    const startedAt = this.clock.now().getTime();
    const snapshotId = this.id("snap");
    this.snapshots.push({
      view: {
        snapshotId,
        description: request.description,
        startTime: new Date(startedAt).toISOString(),
        state: "pending",
        progressPercent: 0,
        encrypted: true,
        keyArn: request.keyArn,
        sizeGiB: source?.view.sizeGiB ?? 0,
        tags: { ...request.tags },
      },
      place,
      visibleAt: startedAt + (this.options.lagSeconds ?? 0) * 1000,
      createVolumePermissions: [],
      copy: {
        startedAt,
        endsAt: startedAt + (this.options.copySeconds ?? 60) * 1000,
        sourceKeys: source?.view.keyArn === undefined ? [] : [source.view.keyArn],
        keyArn: request.keyArn,
        isSourceSeen: source !== undefined,
      },
    });
    return snapshotId;
  }

  /** Completes due copies of snapshots that belong to no image. */
  private settleSnapshots(now: number): void {
    for (const { view, place, copy } of this.snapshots) {
      if (copy === undefined || view.state !== "pending") continue;
      const share = Math.min(1, (now - copy.startedAt) / (copy.endsAt - copy.startedAt));
      view.progressPercent = Math.floor(share * 100);
      if (now < copy.endsAt) continue;
      const isAllowed = this.mayCopy(place, copy.sourceKeys, copy.keyArn);
      if (copy.isSourceSeen !== true) view.stateMessage = AWS_TEXTS.sourceNotFound;
      else if (!isAllowed) view.stateMessage = AWS_TEXTS.keyNotAccessible;
      view.state = view.stateMessage === undefined ? "completed" : "error";
    }
  }

  /** Completes the copies that are due. */
  settle(): void {
    const now = this.clock.now().getTime();
    this.settleSnapshots(now);
    settleStoreTasks(this, now);
    settleDbSnapshots(this, now);
    for (const image of this.images) {
      const { copy } = image;
      if (copy === undefined || image.view.state !== "pending") continue;
      const snapshots = this.snapshotsOf(image);
      const share = Math.min(1, (now - copy.startedAt) / (copy.endsAt - copy.startedAt));
      for (const snapshot of snapshots) snapshot.view.progressPercent = Math.floor(share * 100);
      if (now < copy.endsAt) continue;
      const isAllowed = this.mayCopy(image.place, copy.sourceKeys, copy.keyArn);
      image.view.state = isAllowed ? "available" : "failed";
      if (!isAllowed) image.view.stateReason = "Copy image failed with an internal error.";
      for (const snapshot of snapshots) {
        snapshot.view.state = isAllowed ? "completed" : "error";
        if (!isAllowed) snapshot.view.stateMessage = AWS_TEXTS.keyNotAccessible;
      }
    }
  }

  private mayCopy(place: Place, sourceKeys: readonly string[], targetKey: string | undefined): boolean {
    return (
      targetKey === undefined ||
      (sourceKeys.every((arn) => this.may(place.account, "kms:CreateGrant", arn)) &&
        this.may(place.account, "kms:CreateGrant", targetKey) &&
        this.may(place.account, "kms:GenerateDataKeyWithoutPlaintext", targetKey))
    );
  }

  /** Whether the runner role of an account is allowed to use a key through a service. */
  may(account: Account, action: string, arn: string, through = "ec2"): boolean {
    const key = this.keys.get(arn);
    if (key === undefined || key.state !== "Enabled") return false;
    if (key.manager === "AWS") return arn.includes(`:${account.id}:`);
    const [, , , region = "", owner = ""] = arn.split(":");
    const role = roleArn(partitionOf(region), account.id, account.runnerRole);
    const verdict = evaluate(
      {
        action,
        resource: arn,
        resourceAccount: owner,
        principal: { kind: "assumed-role", account: account.id, arn: `${role}/session`, roleArn: role },
        context: { "kms:ViaService": viaService(through, region), "kms:GrantIsForAWSResource": "true" },
      },
      {
        identity: (this.rolePolicies.get(`${account.id} ${account.runnerRole}`) ?? []).map(
          ({ name, document }) => ({ name, document: documentOf(document) }),
        ),
        resource: { name: "key policy", document: documentOf(JSON.stringify(key.policy)) },
      },
    );
    return verdict.allowed;
  }

  /** Whether a snapshot is under an AWS managed key. */
  isManaged(snapshot: FakeSnapshot): boolean {
    return this.keys.get(snapshot.view.keyArn ?? "")?.manager === "AWS";
  }

  private id(prefix: string): string {
    return `${prefix}-${String((this.counter += 1)).padStart(8, "0")}`;
  }
}

/** The description of a snapshot that CopyImage creates. */
function copiedSnapshot(imageId: string, parentImageId: string, snapshotId: string, at: Date): string {
  const task = at.getTime().toLocaleString("en-US");
  return `Copied for DestinationAmi ${imageId} from SourceAmi ${parentImageId} for SourceSnapshot ${snapshotId}. Task created on ${task}.`;
}

function applied(value: number): QuotaView {
  return { value, kind: "applied" };
}
