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

/** EC2's entire state, as plain data. Resources of all accounts and Regions are in the same records. */
export interface Ec2State {
  /** The accounts that launch permissions of organisations and units include; not part of the captured state. @default - none */
  readonly organizations?: OrganizationDirectory;
  readonly images: Record<string, Image>;
  /** Images that were deregistered recently, or that instances still refer to. */
  readonly deregistered: Record<string, { readonly owner: string; readonly region: string }>;
  readonly snapshots: Record<string, Snapshot>;
  readonly volumes: Record<string, Volume>;
  readonly instances: Record<string, Instance>;
  /** `account/resource id` -> key -> value: tags belong to the account that set them. */
  readonly tags: Record<string, Readonly<Record<string, string>>>;
  /** `account/region` -> settings. */
  readonly ebsDefaults: Record<string, EbsDefaults>;
  /** Tasks of CreateStoreImageTask by an internal id, oldest first. */
  readonly storeTasks: Record<string, StoreTask>;
  /** Images that CreateRestoreImageTask creates -> GiB. */
  readonly restoring: Record<string, number>;
  /** `account/region/operation/token` -> response. */
  readonly answers: Record<string, RememberedAnswer>;
  /** `account/region` -> settings. */
  readonly sharing: Record<string, SharingSettings>;
  /** Quotas of every account, in each Region. */
  quotas: Quotas;
  /** Account -> its own quotas. */
  accountQuotas: Record<string, Partial<Quotas>>;
  readonly launchTemplates: Record<string, LaunchTemplate>;
  /** By id. */
  readonly usageReports: Record<string, UsageReport>;
  /** By id. */
  readonly fleets: Record<string, Fleet>;
}

/** The response of a call with a ClientToken, so that its retry gets the same response. */
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
