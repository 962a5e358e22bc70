import { ALL_REGIONS } from "@keyferry/common";
import type { Place } from "../../../topology";
import type {
  AllowedImages,
  ImageCopyToTry,
  LaunchActivity,
  SettingsPort,
  SnapshotCopyToTry,
} from "../../../scripts/aws";

/** The default settings of one account in one Region. */
export class FakePlaceSettings {
  readonly regions = new Map(ALL_REGIONS.map((region) => [region, "opt-in-not-required"]));
  ebsDefaults = { encryptionByDefault: false, key: "alias/aws/ebs" };
  allowedImages: AllowedImages = { state: "disabled", criteria: [] };
  blockPublicAccess = { images: "block-new-sharing", snapshots: "unblocked" };
  /** The error with which EC2 refuses a dry run of a copy. */
  refusal: Error | undefined;
  readonly tried: (ImageCopyToTry | SnapshotCopyToTry)[] = [];
  readonly launches = new Map<string, LaunchActivity>();
}

/** The settings of all accounts. */
export class FakeSettings {
  private readonly places = new Map<string, FakePlaceSettings>();

  constructor(private readonly serviceLinkedRoles: ReadonlySet<string>) {}

  /** For reading and changing. */
  of({ account, region }: Place): FakePlaceSettings {
    const id = `${account.id}/${region}`;
    const known = this.places.get(id) ?? new FakePlaceSettings();
    this.places.set(id, known);
    return known;
  }

  /** @param guard throws if the account cannot be accessed */
  port(place: Place, guard: (operation: string) => void): SettingsPort {
    const settings = this.of(place);
    const read =
      <T>(operation: string, value: () => T) =>
      async (): Promise<T> => {
        guard(operation);
        return value();
      };
    return {
      regions: read("DescribeRegions", () => settings.regions),
      ebsDefaults: read("GetEbsEncryptionByDefault", () => settings.ebsDefaults),
      allowedImages: read("GetAllowedImagesSettings", () => settings.allowedImages),
      blockPublicAccess: read("GetImageBlockPublicAccessState", () => settings.blockPublicAccess),
      hasAutoScalingRole: read("GetRole", () =>
        this.serviceLinkedRoles.has(`${place.account.id} autoscaling.amazonaws.com`),
      ),
      tryImageCopy: async (request) => {
        guard("CopyImage (DryRun)");
        settings.tried.push(request);
        if (settings.refusal !== undefined) throw settings.refusal;
      },
      trySnapshotCopy: async (request) => {
        guard("CopySnapshot (DryRun)");
        settings.tried.push(request);
        if (settings.refusal !== undefined) throw settings.refusal;
      },
      lastLaunch: async (group) => {
        guard("DescribeScalingActivities");
        return settings.launches.get(group);
      },
    };
  }
}
