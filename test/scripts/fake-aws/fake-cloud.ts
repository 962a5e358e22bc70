import { AWS_TEXTS } from "../../../core/aws-texts";
import { keyArn, roleArn } from "../../../core/arn";
import { canonicalJson } from "../../../core/hash";
import { partitionOf, viaService } from "../../../core/regions";
import { evaluate } from "../../../policy/evaluate";
import type { PolicyDocument } from "../../../policy";
import type { Account, Place } from "../../../topology";
import {
  AwsCallError,
  type AwsAccess,
  type CopyImageRequest,
  type Filters,
  type ImagesPort,
  type ImageUse,
  type ImageView,
  type KeysPort,
  type ParametersPort,
  type ParameterToPut,
  type QuotaView,
  type RolesPort,
  type SnapshotView,
} from "../../../scripts/aws";
import { Bomb } from "./bomb";
import type { FakeClock } from "./fake-clock";
import { FakeSettings } from "./fake-settings";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface FakeImage {
  view: Mutable<ImageView>;
  place: Place;
  visibleAt: number;
  launchPermissions: string[];
  registered: boolean;
  /** Ends the copy; undefined for an image that was not copied. */
  copy?: { endsAt: number; startedAt: number; sourceKeys: readonly string[]; keyArn: string };
}

export interface FakeSnapshot {
  view: Mutable<SnapshotView>;
  place: Place;
  visibleAt: number;
  createVolumePermissions: string[];
}

export interface FakeKey {
  arn: string;
  manager: "AWS" | "CUSTOMER";
  state: string;
  policy: PolicyDocument;
}

export interface FakeOptions {
  readonly copySeconds?: number;
  readonly lagSeconds?: number;
  readonly validateSeconds?: number;
}

/** A whole AWS in memory; what it promises is in README.md beside it. */
export class FakeCloud {
  readonly images: FakeImage[] = [];
  readonly snapshots: FakeSnapshot[] = [];
  readonly keys = new Map<string, FakeKey>();
  /** `account/region alias` -> key ARN. */
  readonly aliases = new Map<string, string>();
  /** `account/region name` -> values; the last that is due is shown. */
  readonly parameters = new Map<string, { value: string; shownAt: number }[]>();
  /** `account/region name` -> tags. */
  readonly parameterTags = new Map<string, Readonly<Record<string, string>>>();
  readonly serviceLinkedRoles = new Set<string>();
  /** `account/region` -> what launches from images there. */
  readonly uses = new Map<string, ImageUse[]>();
  readonly settings = new FakeSettings(this.serviceLinkedRoles);
  /** `account/region` -> its quota of copies in progress, or what Service Quotas refuses to tell it with. */
  readonly copyQuotas = new Map<string, QuotaView | Error | undefined>();
  /** `account/region` -> how many images and snapshots it may have by Service Quotas; nothing enforces it. */
  readonly mayOwn = new Map<string, { readonly images: number; readonly snapshots: number }>();
  /** `account role` -> inline policies. */
  readonly rolePolicies = new Map<string, { name: string; document: string }[]>();
  /** Accounts whose runner role cannot be assumed. */
  readonly closedAccounts = new Set<string>();
  /** Every call, for counting: `DescribeImages 222222222222/eu-west-1`. */
  readonly calls: string[] = [];
  private readonly tokens = new Map<string, { request: string; imageId: string }>();
  private counter = 0;

  constructor(
    private readonly clock: FakeClock,
    private readonly options: FakeOptions = {},
  ) {}

  /** The cloud as one run sees it. */
  access(bomb = new Bomb()): AwsAccess {
    const guard = (account: Account, region: string, operation: string) => {
      bomb.alive();
      this.calls.push(`${operation} ${account.id}/${region}`);
      if (this.closedAccounts.has(account.id)) {
        throw error(
          account,
          region,
          "AssumeRole",
          "AccessDenied",
          "not authorized to perform: sts:AssumeRole",
        );
      }
    };
    const change = async <T>(
      account: Account,
      region: string,
      operation: string,
      effect: () => T,
    ): Promise<T> => {
      guard(account, region, operation);
      bomb.tick();
      const result = effect();
      bomb.tick();
      return result;
    };
    return {
      images: (place) => this.imagesPort(place, guard, change),
      keys: (place) => this.keysPort(place, guard),
      parameters: (place) => this.parametersPort(place, guard, change),
      uses: (place) => ({
        usesOf: async () => {
          guard(place.account, place.region, "DescribeInstances");
          return [...(this.uses.get(idOf(place)) ?? [])];
        },
      }),
      quotas: (place) => ({
        serviceQuota: async (_service, name) => {
          guard(place.account, place.region, "ListServiceQuotas");
          const id = idOf(place);
          const told = this.copyQuotas.has(id) ? this.copyQuotas.get(id) : applied(20);
          if (told instanceof Error) throw told;
          const { images, snapshots } = this.mayOwn.get(id) ?? { images: 50_000, snapshots: 100_000 };
          if (name === "AMIs") return applied(images);
          return name === "Snapshots per Region" ? applied(snapshots) : told;
        },
        owned: async (what) => {
          guard(place.account, place.region, what === "images" ? "DescribeImages" : "DescribeSnapshots");
          if (what === "images") return this.registered(place).length;
          return this.snapshots.filter((snapshot) => idOf(snapshot.place) === idOf(place)).length;
        },
      }),
      settings: (place) =>
        this.settings.port(place, (operation) => guard(place.account, place.region, operation)),
      roles: (account) => this.rolesPort(account, guard, change),
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
        imageId,
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

  /** Registered images of an account and Region, by the truth rather than by what Describe shows. */
  registered(place: { account: { id: string }; region: string }): FakeImage[] {
    this.settle();
    return this.images.filter((image) => image.registered && idOf(image.place) === idOf(place));
  }

  image(imageId: string): FakeImage {
    this.settle();
    const found = this.images.find((image) => image.view.imageId === imageId);
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

  private imagesPort(place: Place, guard: Guard, change: Change): ImagesPort {
    const { account, region } = place;
    const own = (imageId: string, operation: string) => {
      const found = this.registered(place).find((image) => image.view.imageId === imageId);
      if (found === undefined)
        throw error(account, region, operation, "InvalidAMIID.NotFound", `no ${imageId}`);
      return found;
    };
    const ownSnapshot = (snapshotId: string, operation: string) => {
      const found = this.snapshots.find(
        (s) => s.view.snapshotId === snapshotId && idOf(s.place) === idOf(place),
      );
      if (found === undefined)
        throw error(account, region, operation, "InvalidSnapshot.NotFound", `no ${snapshotId}`);
      return found;
    };
    const taggable = (ids: readonly string[], operation: string) =>
      ids.map((id) => (id.startsWith("ami-") ? own(id, operation) : ownSnapshot(id, operation)));
    const write = <T>(operation: string, effect: () => T) => change(account, region, operation, effect);
    return {
      describeImages: async (filters) => {
        guard(account, region, "DescribeImages");
        const now = this.clock.now().getTime();
        return this.registered(place)
          .filter(
            (image) => image.visibleAt <= now && fits(filters, imageFields(image.view), image.view.tags),
          )
          .map((image) => structuredClone(image.view));
      },
      describeSnapshots: async (filters) => {
        guard(account, region, "DescribeSnapshots");
        this.settle();
        const now = this.clock.now().getTime();
        return this.snapshots
          .filter((s) => idOf(s.place) === idOf(place) && s.visibleAt <= now)
          .filter((s) =>
            fits(filters, { "snapshot-id": s.view.snapshotId, status: s.view.state }, s.view.tags),
          )
          .map((s) => structuredClone(s.view));
      },
      copyImage: (request) => write("CopyImage", () => this.copyImage(place, request)),
      deregisterImage: (imageId, withSnapshots = false) =>
        write("DeregisterImage", () => {
          const image = own(imageId, "DeregisterImage");
          image.registered = false;
          const used = this.registered(place).flatMap((other) => this.snapshotsOf(other));
          const gone = withSnapshots ? this.snapshotsOf(image).filter((one) => !used.includes(one)) : [];
          for (const snapshot of gone) this.snapshots.splice(this.snapshots.indexOf(snapshot), 1);
          return gone.map(({ view }) => view.snapshotId);
        }),
      deleteSnapshot: (snapshotId) =>
        write("DeleteSnapshot", () => {
          const snapshot = ownSnapshot(snapshotId, "DeleteSnapshot");
          const user = this.registered(place).find((image) => this.snapshotsOf(image).includes(snapshot));
          if (user !== undefined) {
            throw error(
              account,
              region,
              "DeleteSnapshot",
              "InvalidSnapshot.InUse",
              `in use by ${user.view.imageId}`,
            );
          }
          this.snapshots.splice(this.snapshots.indexOf(snapshot), 1);
        }),
      launchPermissions: async (imageId) => {
        guard(account, region, "DescribeImageAttribute");
        return [...own(imageId, "DescribeImageAttribute").launchPermissions];
      },
      createVolumePermissions: async (snapshotId) => {
        guard(account, region, "DescribeSnapshotAttribute");
        return [...ownSnapshot(snapshotId, "DescribeSnapshotAttribute").createVolumePermissions];
      },
      changeLaunchPermissions: (imageId, kind, accounts) =>
        write("ModifyImageAttribute", () => {
          const image = own(imageId, "ModifyImageAttribute");
          if (kind === "add" && this.snapshotsOf(image).some((s) => this.isManaged(s))) {
            throw error(
              account,
              region,
              "ModifyImageAttribute",
              "InvalidParameter",
              AWS_TEXTS.imageUnderDefaultKey,
            );
          }
          image.launchPermissions = changed(image.launchPermissions, kind, accounts);
        }),
      changeCreateVolumePermissions: (snapshotId, kind, accounts) =>
        write("ModifySnapshotAttribute", () => {
          const snapshot = ownSnapshot(snapshotId, "ModifySnapshotAttribute");
          if (kind === "add" && this.isManaged(snapshot)) {
            throw error(
              account,
              region,
              "ModifySnapshotAttribute",
              "OperationNotPermitted",
              AWS_TEXTS.snapshotUnderDefaultKey,
            );
          }
          snapshot.createVolumePermissions = changed(snapshot.createVolumePermissions, kind, accounts);
        }),
      setDescription: (imageId, description) =>
        write("ModifyImageAttribute", () => {
          own(imageId, "ModifyImageAttribute").view.description = description;
        }),
      requireImdsV2: (imageId) =>
        write("ModifyImageAttribute", () => {
          const { view } = own(imageId, "ModifyImageAttribute");
          view.attributes = { ...view.attributes, "IMDS support": "v2.0" };
        }),
      deprecate: (imageId, at) =>
        write("EnableImageDeprecation", () => {
          own(imageId, "EnableImageDeprecation").view.deprecationTime = at;
        }),
      enableDeregistrationProtection: (imageId, withCooldown) =>
        write("EnableImageDeregistrationProtection", () => {
          own(imageId, "EnableImageDeregistrationProtection").view.deregistrationProtection = withCooldown
            ? "enabled-with-cooldown"
            : "enabled-without-cooldown";
        }),
      createTags: (resourceIds, tags) =>
        write("CreateTags", () => {
          for (const { view } of taggable(resourceIds, "CreateTags")) view.tags = { ...view.tags, ...tags };
        }),
      deleteTags: (resourceIds, keys) =>
        write("DeleteTags", () => {
          for (const { view } of taggable(resourceIds, "DeleteTags")) {
            view.tags = Object.fromEntries(Object.entries(view.tags).filter(([key]) => !keys.includes(key)));
          }
        }),
    };
  }

  private copyImage(place: Place, request: CopyImageRequest): string {
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
      (i) =>
        i.registered && i.view.imageId === request.sourceImageId && i.place.region === request.sourceRegion,
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
        imageId,
        name: request.name,
        ownerId: account.id,
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

  /** Ends the copies whose time has come. */
  private settle(): void {
    const now = this.clock.now().getTime();
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

  private mayCopy(place: Place, sourceKeys: readonly string[], targetKey: string): boolean {
    return (
      sourceKeys.every((arn) => this.may(place.account, "kms:CreateGrant", arn)) &&
      this.may(place.account, "kms:CreateGrant", targetKey) &&
      this.may(place.account, "kms:GenerateDataKeyWithoutPlaintext", targetKey)
    );
  }

  private may(account: Account, action: string, arn: string): boolean {
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
        context: { "kms:ViaService": viaService("ec2", region), "kms:GrantIsForAWSResource": "true" },
      },
      {
        identity: (this.rolePolicies.get(`${account.id} ${account.runnerRole}`) ?? []).map(
          ({ name, document }) => ({
            name,
            document: JSON.parse(document) as unknown,
          }),
        ),
        resource: { name: "key policy", document: key.policy },
      },
    );
    return verdict.allowed;
  }

  private isManaged(snapshot: FakeSnapshot): boolean {
    return this.keys.get(snapshot.view.keyArn ?? "")?.manager === "AWS";
  }

  private keysPort(place: Place, guard: Guard): KeysPort {
    const { account, region } = place;
    return {
      describeKey: async (reference) => {
        guard(account, region, "DescribeKey");
        const arn = reference.startsWith("alias/")
          ? this.aliases.get(`${idOf(place)} ${reference}`)
          : reference;
        const key = arn === undefined ? undefined : this.keys.get(arn);
        return key === undefined ? undefined : { arn: key.arn, state: key.state, spec: "SYMMETRIC_DEFAULT" };
      },
      aliases: async () => {
        guard(account, region, "ListAliases");
        const here = [...this.aliases].filter(([name]) => name.startsWith(`${idOf(place)} `));
        const aliasOf = (name: string) => name.slice(idOf(place).length + 1);
        return new Map(
          here.map(([, arn]) => [
            arn,
            here.filter(([, other]) => other === arn).map(([name]) => aliasOf(name)),
          ]),
        );
      },
      keyPolicy: async (arn) => {
        guard(account, region, "GetKeyPolicy");
        const key = this.keys.get(arn);
        if (key === undefined || !arn.includes(`:${account.id}:`)) {
          throw error(account, region, "GetKeyPolicy", "AccessDeniedException", "another account's key");
        }
        return JSON.stringify(key.policy);
      },
    };
  }

  private parametersPort(place: Place, guard: Guard, change: Change): ParametersPort {
    const { account, region } = place;
    const key = (name: string) => `${idOf(place)} ${name}`;
    return {
      get: async (name) => {
        guard(account, region, "GetParameter");
        return this.shown(place, name);
      },
      below: async (path) => {
        guard(account, region, "GetParametersByPath");
        const prefix = key(`${path}/`);
        const names = [...this.parameters.keys()].filter((known) => known.startsWith(prefix));
        return names.flatMap((known) => {
          const name = known.slice(key("").length);
          const value = this.shown(place, name);
          return value === undefined ? [] : [{ name, value }];
        });
      },
      history: async (name) => {
        guard(account, region, "GetParameterHistory");
        const now = this.clock.now().getTime();
        return (this.parameters.get(key(name)) ?? [])
          .filter((entry) => entry.shownAt <= now)
          .map(({ value }, index) => ({ version: index + 1, value, labels: [] }));
      },
      put: (parameter) =>
        change(account, region, "PutParameter", () => {
          const entries = this.parameters.get(key(parameter.name));
          if (entries !== undefined && !parameter.overwrite) return false;
          if (entries === undefined && !parameter.overwrite)
            this.parameterTags.set(key(parameter.name), parameter.tags);
          const now = this.clock.now().getTime();
          const isImage = parameter.dataType === "aws:ec2:image";
          if (isImage && !this.isPublishable(place, parameter)) return true;
          const shownAt = now + (isImage ? (this.options.validateSeconds ?? 3) * 1000 : 0);
          this.parameters.set(key(parameter.name), [...(entries ?? []), { value: parameter.value, shownAt }]);
          return true;
        }),
      tag: (name, tags) =>
        change(account, region, "AddTagsToResource", () => {
          this.parameterTags.set(key(name), { ...this.parameterTags.get(key(name)), ...tags });
        }),
      delete: (name) =>
        change(account, region, "DeleteParameter", () => {
          this.parameterTags.delete(key(name));
          this.parameters.delete(key(name));
        }),
    };
  }

  private isPublishable(place: Place, parameter: ParameterToPut): boolean {
    return this.registered(place).some(
      (image) => image.view.imageId === parameter.value && image.view.state === "available",
    );
  }

  private rolesPort(account: Account, guard: Guard, change: Change): RolesPort {
    return {
      createServiceLinkedRole: (service) =>
        change(account, "global", "CreateServiceLinkedRole", () => {
          const key = `${account.id} ${service}`;
          const isNew = !this.serviceLinkedRoles.has(key);
          this.serviceLinkedRoles.add(key);
          return isNew;
        }),
      ownPolicies: async (role) => {
        guard(account, "global", "ListRolePolicies");
        return this.rolePolicies.get(`${account.id} ${role}`) ?? [];
      },
    };
  }

  private id(prefix: string): string {
    return `${prefix}-${String((this.counter += 1)).padStart(8, "0")}`;
  }
}

type Guard = (account: Account, region: string, operation: string) => void;
type Change = <T>(account: Account, region: string, operation: string, effect: () => T) => Promise<T>;

function error(
  account: Account,
  region: string,
  operation: string,
  code: string,
  message: string,
): AwsCallError {
  return new AwsCallError(
    { operation, account: account.id, region },
    { code, message, requestId: "00000000-0000-4000-8000-000000000000", transient: false },
  );
}

function applied(value: number): QuotaView {
  return { value, kind: "applied" };
}

function idOf(place: { readonly account: { readonly id: string }; readonly region: string }): string {
  return `${place.account.id}/${place.region}`;
}

function changed(present: readonly string[], kind: "add" | "remove", accounts: readonly string[]): string[] {
  if (kind === "add") return [...new Set([...present, ...accounts])];
  return present.filter((account) => !accounts.includes(account));
}

function imageFields(image: ImageView): Record<string, string> {
  return { "image-id": image.imageId, name: image.name, state: image.state };
}

function fits(
  filters: Filters,
  fields: Readonly<Record<string, string>>,
  tags: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(filters).every(([name, values]) => {
    if (name === "tag-key")
      return values.some((key) => Object.keys(tags).some((own) => wildcard(key).test(own)));
    const actual = name.startsWith("tag:") ? tags[name.slice(4)] : fields[name];
    if (!name.startsWith("tag:") && !(name in fields)) throw new TypeError(`the fake has no filter ${name}`);
    return actual !== undefined && values.some((value) => wildcard(value).test(actual));
  });
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
}
