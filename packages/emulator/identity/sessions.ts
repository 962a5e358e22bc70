import { randomBytes } from "node:crypto";
import type { NamedDocument } from "@keyferry/evaluator";
import { AwsError } from "../contract";
import type { Credential } from "../wire/credential";

/** The holder of a session from AssumeRole. */
export interface OfRole {
  readonly kind: "role";
  readonly roleName: string;
  /** ARN of the role, with its path. */
  readonly roleArn: string;
  /** Unique id of the role when the session began; a role that was deleted and created again is a different one. */
  readonly roleId: string;
  readonly sessionName: string;
}

/** The holder of a session from GetSessionToken: the user itself. */
export interface OfUser {
  readonly kind: "user";
  /** undefined for the account's administrator. */
  readonly userName?: string;
}

/** The holder of a session from GetFederationToken: someone acting on behalf of the user. */
export interface OfFederatedUser {
  readonly kind: "federated-user";
  readonly userName?: string;
  readonly name: string;
}

/** What STS issued. */
export interface Session<P extends OfRole | OfUser | OfFederatedUser = OfRole | OfUser | OfFederatedUser> {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly token: string;
  readonly issued: Date;
  readonly expiration: Date;
  readonly partition: string;
  readonly account: string;
  readonly principal: P;
  readonly policies: readonly NamedDocument[];
  /** Session tags, including the transitive tags of an earlier session. */
  readonly tags: Readonly<Record<string, string>>;
  /** Names of the tags that the next session of a chain inherits. */
  readonly transitiveTags: readonly string[];
  readonly sourceIdentity?: string;
}

export type SessionRequest = Omit<
  Session,
  "accessKeyId" | "secretAccessKey" | "token" | "issued" | "expiration"
>;

/** Sessions use wall time: neither scaling nor advancing the clock ends one before its client expects it. */
export class Sessions {
  private readonly byKey = new Map<string, Session>();

  constructor(private readonly wall: () => number = Date.now) {}

  issue(request: SessionRequest, durationSeconds: number): Session {
    const session: Session = {
      ...request,
      accessKeyId: `ASIA${base32(16)}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      token: randomBytes(96).toString("base64"),
      issued: new Date(this.wall()),
      expiration: new Date(this.wall() + durationSeconds * 1000),
    };
    this.byKey.set(session.accessKeyId, session);
    return session;
  }

  /** The account of a session; undefined for a key that was never issued. */
  accountOf(accessKeyId: string): string | undefined {
    return this.byKey.get(accessKeyId)?.account;
  }

  /** @throws AwsError `InvalidClientTokenId` for an unknown key or a wrong token, `ExpiredToken` */
  resolve(credential: Credential): Session {
    const session = this.byKey.get(credential.accessKeyId);
    if (session === undefined || session.token !== credential.token) throw invalidToken();
    if (session.expiration.getTime() <= this.wall()) {
      throw new AwsError("ExpiredToken", "The security token included in the request is expired", 403);
    }
    return session;
  }
}

/** For credentials that are not, or are no longer, valid for their purpose. */
export function invalidToken(): AwsError {
  return new AwsError("InvalidClientTokenId", "The security token included in the request is invalid.", 403);
}

function base32(length: number): string {
  return [...randomBytes(length)].map((byte) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[byte % 32]).join("");
}
