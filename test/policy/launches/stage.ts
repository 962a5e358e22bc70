import {
  CopyImageCommand,
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
  type LaunchTemplateBlockDeviceMappingRequest,
} from "@aws-sdk/client-ec2";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  PutKeyPolicyCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import { serviceLinkedRoleName, type LaunchingService } from "@keyferry/common";
import { policy, startTestCloud, trusting, type TestCloud } from "../../../packages/emulator/test/lib/cloud";
import { proofTarget, renderPolicy, type Statement } from "../../../policy";
import { Administrators, makeImage, shareImage } from "../../_helpers/virtual/foundation";

/** The account that owns the image and the key, and the account that launches. */
export const IMAGES = "111111111111";
export const WORKERS = "222222222222";
export const REGION = "eu-west-1";

const SERVICES: readonly LaunchingService[] = [
  "autoscaling.amazonaws.com",
  "ec2fleet.amazonaws.com",
  "spot.amazonaws.com",
  "spotfleet.amazonaws.com",
];

/** A launch and its outcome. */
export interface Launched {
  readonly template: string;
  /** `running`, or AWS's reason why nothing runs. */
  outcome(): Promise<string | undefined>;
}

interface RoleClients {
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
}

/** Two accounts in a cloud: one owns a key and images encrypted under it, the other launches. */
export class LaunchStage {
  readonly admins: Administrators;
  /** ARN of the key of the images' account. */
  key = "";
  private readonly clients = new Map<string, RoleClients>();

  private constructor(readonly cloud: TestCloud) {
    this.admins = new Administrators(cloud.url);
  }

  /** @param roles names of roles of the account that launches, which may do nothing yet */
  static async start(roles: readonly string[]): Promise<LaunchStage> {
    const stage = new LaunchStage(await startTestCloud());
    for (const service of SERVICES) {
      const path = `/aws-service-role/${service}/`;
      stage.cloud.moto.addRole(WORKERS, serviceLinkedRoleName(service), { path, trust: {} });
    }
    const { moto } = stage.cloud;
    const ofGroups = "arn:aws:iam::aws:policy/aws-service-role/AutoScalingServiceRolePolicy";
    moto.managedPolicies.set(ofGroups, policy({ Action: "ec2:*", Resource: "*" }));
    for (const name of roles) moto.addRole(WORKERS, name, { trust: trusting(WORKERS) });
    stage.key = await stage.makeKey(IMAGES, "images");
    return stage;
  }

  async stop(): Promise<void> {
    expect(this.cloud.defects).toEqual([]);
    await this.cloud.stop();
  }

  /** Creates a key with `alias/<name>` and returns its ARN. */
  async makeKey(account: string, name: string): Promise<string> {
    const { kms } = this.admins.of(account, REGION);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const arn = KeyMetadata?.Arn ?? "";
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: arn }));
    return arn;
  }

  async putKeyPolicy(key: string, statements: readonly Statement[]): Promise<void> {
    const Policy = JSON.stringify(renderPolicy(statements, proofTarget));
    const owner = this.admins.of(key.split(":")[4] ?? "", REGION);
    await owner.kms.send(new PutKeyPolicyCommand({ KeyId: key, PolicyName: "default", Policy }));
  }

  /** Sets what IAM of the launching account allows one of its roles. */
  allow(role: string, statements: readonly Statement[]): void {
    const { roles } = this.cloud.moto;
    const id = `${WORKERS}/${role}`;
    const standing = roles.get(id);
    if (standing === undefined) throw new TypeError(`there is no role ${id}`);
    roles.set(id, { ...standing, policies: { work: renderPolicy(statements, proofTarget) } });
    this.cloud.composition.cloud.identities.written();
  }

  /** An image of an account, on a snapshot under the key of an alias, or unencrypted. */
  image(account: string, name: string, keyAlias?: string): Promise<string> {
    const disk = { sizeGiB: 1, ...(keyAlias === undefined ? {} : { keyAlias }) };
    return makeImage({ cloudClock: this.cloud.clock }, this.admins, placeOf(account), name, [disk]);
  }

  share(imageId: string): Promise<void> {
    return shareImage(this.admins, placeOf(IMAGES), imageId, WORKERS);
  }

  /** A copy of an image that the launching account makes for itself, under a key. */
  async copy(SourceImageId: string, KmsKeyId: string): Promise<string> {
    const { ec2 } = this.admins.of(WORKERS, REGION);
    const { ImageId = "" } = await ec2.send(
      new CopyImageCommand({ SourceImageId, SourceRegion: REGION, Name: "copy", Encrypted: true, KmsKeyId }),
    );
    await this.cloud.clock.advance(24 * 3600);
    return ImageId;
  }

  /** A launch template of the account that launches. @param key of the volume. @default - what EC2 chooses */
  async template(name: string, ImageId: string, key?: string): Promise<string> {
    const Ebs = { Encrypted: true, KmsKeyId: key };
    const devices: LaunchTemplateBlockDeviceMappingRequest[] =
      key === undefined ? [] : [{ DeviceName: "/dev/xvda", Ebs }];
    const { LaunchTemplate } = await this.admins.of(WORKERS, REGION).ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: name,
        LaunchTemplateData: { ImageId, InstanceType: "t3.micro", BlockDeviceMappings: devices },
      }),
    );
    return LaunchTemplate?.LaunchTemplateId ?? "";
  }

  /** Deletes a role of the launching account and creates it again with the same name and policies, but a new unique id. */
  recreate(role: string): void {
    const { roles } = this.cloud.moto;
    const { trust, policies } = roles.get(`${WORKERS}/${role}`) ?? {};
    this.cloud.moto.addRole(WORKERS, role, { trust: trust ?? {}, ...(policies && { policies }) });
    this.cloud.forgetIdentities();
    this.clients.delete(role);
  }

  /** Clients of a role of the launching account; each call uses the role's current policies. */
  async as(role: string): Promise<RoleClients> {
    const standing = this.clients.get(role);
    if (standing !== undefined) return standing;
    const credentials = await this.cloud.session(WORKERS, `arn:aws:iam::${WORKERS}:role/${role}`);
    const ec2 = this.cloud.client(EC2Client, credentials);
    const made = { ec2, kms: this.cloud.kms(credentials) };
    this.clients.set(role, made);
    return made;
  }

  /** Launches from each template separately, advances the clock, and returns the outcome of each. */
  async outcomes<K extends string>(
    templates: Readonly<Record<K, string>>,
    launch: (stage: LaunchStage, template: string) => Promise<Launched>,
  ): Promise<Record<string, string | undefined>> {
    const launched: [string, Launched][] = [];
    for (const [what, template] of Object.entries<string>(templates))
      launched.push([what, await launch(this, template)]);
    await this.cloud.clock.advance(180);
    const outcomes: [string, string | undefined][] = [];
    for (const [what, one] of launched) outcomes.push([what, await one.outcome()]);
    return Object.fromEntries(outcomes);
  }

  /** The outcome of the instances that a call launches from a template, joined for all its attempts. */
  async instancesOf(template: string, launch: () => Promise<unknown>): Promise<Launched> {
    const { ec2 } = this.admins.of(WORKERS, REGION);
    const Filters = [{ Name: "tag:aws:ec2launchtemplate:id", Values: [template] }];
    const instances = async () => {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
      return Reservations.flatMap(({ Instances = [] }) => Instances);
    };
    const before = new Set((await instances()).map(({ InstanceId }) => InstanceId));
    await launch();
    return {
      template,
      outcome: async () => {
        const made = (await instances()).filter(({ InstanceId }) => !before.has(InstanceId));
        const InstanceIds = made.flatMap(({ InstanceId = [] }) => InstanceId);
        if (InstanceIds.length > 0) await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
        const said = made.map(({ State, StateReason }) =>
          State?.Name === "running" ? "running" : StateReason?.Message,
        );
        return [...new Set(said)].join(" and ");
      },
    };
  }
}

function placeOf(id: string): Parameters<typeof makeImage>[2] {
  return { account: { id }, region: REGION } as Parameters<typeof makeImage>[2];
}
