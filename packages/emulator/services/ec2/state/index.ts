import type { OrganizationDirectory } from "../../../contract";
import { DEFAULT_QUOTAS, type Quotas } from "../quotas";
import type { Fleet } from "./fleets";
import type { Image, StoreTask, UsageReport } from "./images";
import type { Instance } from "./instances";
import type { LaunchTemplate } from "./launch-templates";
import type { EbsDefaults, SharingSettings } from "./settings";
import type { Snapshot } from "./snapshots";
import type { Volume } from "./volumes";

export type * from "./fleets";
export type * from "./images";
export type * from "./instances";
export type * from "./launch-templates";
export type * from "./settings";
export type * from "./snapshots";
export type * from "./volumes";

/** Everything EC2 knows, as plain data. Resources of all accounts and Regions live side by side. */
export interface Ec2State {
  /** Whom launch permissions of organisations and units let in; not written down. @default - nobody */
  readonly organizations?: OrganizationDirectory;
  readonly images: Record<string, Image>;
  /** Images that were deregistered not long ago, or that instances still refer to. */
  readonly deregistered: Record<string, { readonly owner: string; readonly region: string }>;
  readonly snapshots: Record<string, Snapshot>;
  readonly volumes: Record<string, Volume>;
  readonly instances: Record<string, Instance>;
  /** `account/resource id` -> key -> value: tags belong to the account that set them. */
  readonly tags: Record<string, Readonly<Record<string, string>>>;
  /** `account/region` -> settings. */
  readonly ebsDefaults: Record<string, EbsDefaults>;
  /** Tasks of CreateStoreImageTask by an id of their own, oldest first. */
  readonly storeTasks: Record<string, StoreTask>;
  /** Images that CreateRestoreImageTask makes -> GiB. */
  readonly restoring: Record<string, number>;
  /** `account/region/operation/token` -> answer. */
  readonly answers: Record<string, RememberedAnswer>;
  /** `account/region` -> settings. */
  readonly sharing: Record<string, SharingSettings>;
  /** Limits of every account, in each Region. */
  quotas: Quotas;
  /** Account -> limits of its own. */
  accountQuotas: Record<string, Partial<Quotas>>;
  readonly launchTemplates: Record<string, LaunchTemplate>;
  /** By id. */
  readonly usageReports: Record<string, UsageReport>;
  /** By id. */
  readonly fleets: Record<string, Fleet>;
}

/** What a call with a ClientToken answered, so that its retry answers the same. */
export interface RememberedAnswer {
  readonly parameters: string;
  readonly ids: readonly string[];
}

export function emptyEc2State(organizations?: OrganizationDirectory): Ec2State {
  return {
    ...(organizations === undefined ? {} : { organizations }),
    images: {},
    deregistered: {},
    snapshots: {},
    volumes: {},
    instances: {},
    tags: {},
    ebsDefaults: {},
    storeTasks: {},
    restoring: {},
    answers: {},
    sharing: {},
    quotas: DEFAULT_QUOTAS,
    accountQuotas: {},
    launchTemplates: {},
    usageReports: {},
    fleets: {},
  };
}
