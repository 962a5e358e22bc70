import { parseArn } from "@keyferry/common";
import { createClock } from "../../../packages/emulator/clock";
import { composeFrame, type Composition } from "../../../packages/emulator/compose";
import { dispatch } from "../../../packages/emulator/dispatch";
import type { Session } from "../../../packages/emulator/identity/sessions";
import { FakeMoto } from "../../../packages/emulator/test/lib/fake-moto";
import type { WireResponse } from "../../../packages/emulator/wire/message";
import type { Estate, ReviewedBucket, ReviewedKey } from "../../../review/read/estate";
import type { RightResource } from "../../../review/rights/resource";
import type { Subject } from "../../../review/rights/subject";
import type { Witness } from "../../../review/rights/contexts";
import { HARMLESS, wayTo, type Way, type WireCall } from "./calls";

const REGION = "eu-west-1";
const OBJECT = "any";
const policy = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
const EVERYTHING = policy({ Effect: "Allow", Action: "*", Resource: "*" });

/** Encryption contexts that conditions name: a ciphertext is created with each before the policies apply. */
export const ENCRYPTION_CONTEXTS: readonly Readonly<Record<string, string>>[] = [
  {},
  ...["red", "blue", "outside-of-every-condition"].map((team) => ({ team })),
];

/** The cloud's decision; undefined if no call without side effects can test it, or no client can set the context. */
export type CloudsAnswer = "allowed" | "refused" | undefined;

/** A rehearsal cloud with the resources that one side of a review declares. */
export class RehearsedSide {
  private readonly moto = new FakeMoto();
  private readonly defects: unknown[] = [];
  private readonly clock = createClock(1, (error) => this.defects.push(error));
  private readonly cloud: Composition = composeFrame(this.clock, this.moto.forward, (error) =>
    this.defects.push(error),
  );
  /** Placeholder ARN of a key -> its real ARN. */
  private readonly arns = new Map<string, string>();
  /** By principal and session tags. */
  private readonly sessions = new Map<string, Session>();
  /** By key and encryption context. */
  private readonly ciphertexts = new Map<string, string>();

  private constructor(private readonly estate: Estate) {}

  /**
   * Creates roles, keys, grants and buckets as their accounts' administrators would, and the callers.
   * @param subjects callers outside of the stacks are allowed everything by their account
   * @throws DocumentRefused if AWS does not accept one of the policies, so that no deployment gives any right with it
   */
  static async of(estate: Estate, subjects: readonly Subject[]): Promise<RehearsedSide> {
    const side = new RehearsedSide(estate);
    try {
      side.addPrincipals(subjects);
      for (const key of estate.keys.values()) await side.makeKey(key);
      side.giveRolesTheirPolicies();
      for (const bucket of estate.buckets.values()) await side.makeBucket(bucket);
      return side;
    } catch (error) {
      side.clock.stop();
      throw error;
    }
  }

  stop(): void {
    this.clock.stop();
    expect(this.defects).toEqual([]);
  }

  /** Whether a principal may do something, tested with its own call without side effects. */
  async ask(
    subject: Subject,
    resource: RightResource,
    action: string,
    context: Witness,
  ): Promise<CloudsAnswer> {
    const way = wayTo(context);
    const harmless = HARMLESS[resource.kind]?.[action];
    if (way === undefined || resource.assumed || !isRole(subject)) return undefined;
    if (way.via !== undefined) return this.askThroughService(subject, resource, action, way, way.via);
    if (harmless === undefined) return undefined;
    const { encryptionContext, externalId } = way;
    if (Object.keys(encryptionContext).length > 0 && harmless.carries !== "encryptionContext")
      return undefined;
    if (externalId !== undefined && harmless.carries !== "externalId") return undefined;
    const call = harmless.call(this.target(resource, subject, encryptionContext), {
      encryptionContext,
      externalId,
    });
    const answer = await this.send(call, this.sessionOf(subject, way.tags));
    const code = codeOf(answer);
    if (code === "AccessDeniedException" || code === "AccessDenied") return "refused";
    if (answer.status < 300 || code === harmless.allowedBy) return "allowed";
    throw new Error(`${action} on ${resource.label} is neither allowed nor refused: ${String(answer.body)}`);
  }

  /** A service that uses a key on a principal's behalf calls KMS in the same way as the services of this cloud. */
  private async askThroughService(
    subject: Subject,
    { kind, arn }: RightResource,
    action: string,
    { encryptionContext, tags }: Way,
    service: string,
  ): Promise<CloudsAnswer> {
    if (kind !== "key") return undefined;
    const { accessKeyId, token } = this.sessionOf(subject, tags);
    const credential = { accessKeyId, token, region: REGION, service: "ec2" };
    const caller = await this.cloud.cloud.identities.authenticate(credential);
    const key = this.cloud.cloud.keys.find(this.arns.get(arn) ?? "", caller.account, REGION);
    if (key === undefined) throw new Error(`there is no key ${arn}`);
    const verdict = await this.cloud.cloud.keys.allows(caller, action, key, { service, encryptionContext });
    return verdict.allowed ? "allowed" : "refused";
  }

  private addPrincipals(subjects: readonly Subject[]): void {
    for (const { account, name, trust } of this.estate.roles.values())
      this.moto.addRole(account, name, { trust: this.inCloud(trust.document) });
    for (const { principal } of subjects) {
      const [name, path] = nameOf(principal.arn);
      if (principal.kind !== "role" || this.moto.roles.has(`${principal.account}/${name}`)) continue;
      this.moto.addRole(principal.account, name, { path, trust: policy(), policies: { all: EVERYTHING } });
    }
  }

  private giveRolesTheirPolicies(): void {
    for (const { account, name, identity } of this.estate.roles.values()) {
      const role = this.moto.roles.get(`${account}/${name}`)!;
      const policies = Object.fromEntries(
        identity.map(({ document }, index) => [`policy-${index}`, this.inCloud(document)]),
      );
      this.moto.roles.set(`${account}/${name}`, { ...role, policies });
    }
    this.cloud.cloud.identities.forget();
  }

  /** Steps that need a key whose administrator may act are done before its policy applies. */
  private async makeKey({ arn, account, policy: { document } }: ReviewedKey): Promise<void> {
    const own = (await this.kms(account, "CreateKey", {})) as { KeyMetadata: { Arn: string } };
    const KeyId = own.KeyMetadata.Arn;
    this.arns.set(arn, KeyId);
    for (const EncryptionContext of ENCRYPTION_CONTEXTS) {
      const input = { KeyId, Plaintext: "eA==", EncryptionContext };
      const { CiphertextBlob } = (await this.kms(account, "Encrypt", input)) as { CiphertextBlob: string };
      this.ciphertexts.set(`${arn} ${JSON.stringify(EncryptionContext)}`, CiphertextBlob);
    }
    for (const { key, grant } of this.estate.grants.values()) {
      if (key !== arn) continue;
      const { granteePrincipal, operations, encryptionContextEquals, encryptionContextSubset } = grant;
      await this.kms(account, "CreateGrant", {
        KeyId,
        GranteePrincipal: granteePrincipal,
        Operations: operations,
        Constraints: {
          EncryptionContextEquals: encryptionContextEquals,
          EncryptionContextSubset: encryptionContextSubset,
        },
      });
    }
    const Policy = JSON.stringify(this.inCloud(document));
    await this.kms(account, "PutKeyPolicy", { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true });
  }

  private async makeBucket({
    bucket,
    account,
    policy: own,
    publicAccessBlock,
  }: ReviewedBucket): Promise<void> {
    const put = async (path: string, rawQuery: string, body: string) => {
      const call = { service: "s3", method: "PUT", path, rawQuery, headers: {}, body: Buffer.from(body) };
      done(await this.send(call, administratorOf(account)));
    };
    const location = `<CreateBucketConfiguration><LocationConstraint>${REGION}</LocationConstraint></CreateBucketConfiguration>`;
    await put(`/${bucket}`, "", location);
    await put(`/${bucket}/${OBJECT}`, "", "content");
    // The setting that refuses public policies stays off: it decides about the deployment, and not about any request of the review.
    const isRestricted = String(publicAccessBlock.includes("restrict_public_buckets"));
    await put(
      `/${bucket}`,
      "publicAccessBlock",
      `<PublicAccessBlockConfiguration><RestrictPublicBuckets>${isRestricted}</RestrictPublicBuckets></PublicAccessBlockConfiguration>`,
    );
    if (own?.document !== undefined)
      await put(`/${bucket}`, "policy", JSON.stringify(this.inCloud(own.document)));
  }

  private target(
    { kind, arn }: RightResource,
    { principal }: Subject,
    context: Readonly<Record<string, string>>,
  ) {
    const ciphertext = this.ciphertexts.get(`${arn} ${JSON.stringify(context)}`) ?? "";
    const name =
      kind === "key"
        ? (this.arns.get(arn) ?? arn)
        : kind === "role"
          ? arn
          : (arn.split(":").pop() ?? "").replace(`/${OBJECT}`, "");
    return { name, ciphertext, grantee: principal.arn };
  }

  private sessionOf(subject: Subject, tags: Readonly<Record<string, string>>): Session {
    const who = `${subject.principal.arn} ${JSON.stringify(tags)}`;
    const known = this.sessions.get(who);
    if (known !== undefined) return known;
    const issued = this.issue(subject, tags);
    this.sessions.set(who, issued);
    return issued;
  }

  private issue({ principal }: Subject, tags: Readonly<Record<string, string>>): Session {
    const [roleName] = nameOf(principal.arn);
    const role = this.moto.roles.get(`${principal.account}/${roleName}`);
    return this.cloud.cloud.identities.sessions.issue(
      {
        partition: "aws",
        account: principal.account,
        principal: {
          kind: "role",
          roleName,
          roleArn: principal.arn,
          roleId: role?.id ?? "",
          sessionName: "asks",
        },
        policies: [],
        tags,
        transitiveTags: [],
      },
      3600,
    );
  }

  private async kms(account: string, operation: string, input: object): Promise<unknown> {
    const headers = { "x-amz-target": `TrentService.${operation}` };
    const body = Buffer.from(JSON.stringify(input));
    const call = { service: "kms", method: "POST", path: "/", rawQuery: "", headers, body };
    return JSON.parse(String(done(await this.send(call, administratorOf(account))).body)) as unknown;
  }

  private send(
    { service, headers, ...call }: WireCall,
    by: { readonly accessKeyId: string; readonly token?: string },
  ): Promise<WireResponse> {
    const authorization = `AWS4-HMAC-SHA256 Credential=${by.accessKeyId}/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
    const token: Record<string, string> = by.token === undefined ? {} : { "x-amz-security-token": by.token };
    return dispatch(this.cloud, {
      ...call,
      query: new URLSearchParams(call.rawQuery),
      headers: { authorization, ...token, ...headers },
    });
  }

  /** A document with the real ARNs of the keys. */
  private inCloud(document: unknown): object {
    let text = JSON.stringify(document);
    for (const [standIn, own] of this.arns) text = text.replaceAll(standIn, own);
    return JSON.parse(text) as object;
  }
}

function isRole({ kind, principal }: Subject): boolean {
  return kind !== "organization" && principal.kind === "role";
}

/** Name and path of a role. */
function nameOf(arn: string): readonly [name: string, path: string] {
  const parts = (parseArn(arn)?.resource ?? "").split("/");
  return [parts.at(-1) ?? "", `/${parts.slice(1, -1).join("/")}/`.replace("//", "/")];
}

function administratorOf(account: string) {
  return { accessKeyId: account };
}

/** A policy that AWS does not accept, such as one without statements. */
export class DocumentRefused extends Error {}

function done(answer: WireResponse): WireResponse {
  if (answer.status < 300) return answer;
  const text = `the rehearsal cloud refuses it: ${String(answer.body)}`;
  throw codeOf(answer)?.startsWith("MalformedPolicy") === true ? new DocumentRefused(text) : new Error(text);
}

function codeOf({ body }: WireResponse): string | undefined {
  const text = String(body);
  return /"__type":"(?:[^"#]*#)?([A-Za-z]+)"/.exec(text)?.[1] ?? /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1];
}
