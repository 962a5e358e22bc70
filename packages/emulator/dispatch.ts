import { randomUUID } from "node:crypto";
import {
  AwsError,
  type AccessCheck,
  type Call,
  type JsonObject,
  type Operation,
  type Protocol,
  type Service,
} from "./contract";
import { denial } from "./authorise/denial";
import type { FrameCloud } from "./cloud";
import { ConnectionReset } from "./faults/faults";
import { isAdministrator } from "./identity/identities";
import type { Forward } from "./moto/forward";
import { recordCall } from "./trail/calls";
import { outcomeOf } from "./trail/forwarded";
import { readCredential, type Credential } from "./wire/credential";
import { CONNECTION_RESET, type WireRequest, type WireResponse } from "./wire/message";
import { CODECS, guessProtocol, type Codec, type Decoded } from "./wire/protocols";

/** A forwarded request before it is sent to moto. */
export interface Exchange {
  readonly call: Call;
  readonly cloud: FrameCloud;
  readonly request: WireRequest;
  /** Forwards a request to moto under the caller's account. */
  readonly forward: (request: WireRequest) => Promise<WireResponse>;
}

/** Adapts a forwarded operation that moto would misread; already authorised. */
export type Relay = (exchange: Exchange) => Promise<WireResponse>;

/** A service, and how to read its requests where the protocol alone does not determine it. */
export interface MountedService extends Service {
  /** The service name that its requests are signed for. @default - the service's name */
  readonly signingName?: string;
  /** Which of the requests that are signed for that name belong to it. @default - all of them */
  readonly claims?: (request: WireRequest) => boolean;
  /** The protocol of older clients, recognised by the form of the request. @default - none */
  readonly olderProtocol?: Protocol;
  /** Operations that are not listed: refused, or answered by moto for administrators. @default "refused" */
  readonly unlisted?: "refused" | "administrators";
  /** @default - the protocol's own way to name operations */
  readonly decode?: (request: WireRequest) => Decoded;
  /** In bytes. @default - the maximum size of a request without an object or a program in it */
  readonly longestBody?: number;
  /** By operation. @default - forwarded as it is */
  readonly relays?: Readonly<Record<string, Relay>>;
  /** Called when a forwarded operation succeeded. */
  readonly afterForward?: (operation: string) => void;
}

export interface Frame {
  readonly cloud: FrameCloud;
  readonly services: readonly MountedService[];
  readonly forward: Forward;
  /** Called with defects: anything thrown that is not an AWS error. */
  readonly onDefect: (error: unknown) => void;
  /** Called with each call that succeeded. */
  readonly onServed: (call: Call, checks: readonly AccessCheck[]) => void;
}

/**
 * Answers one request: identifies the caller and the operation, authorises, then returns the service's own response or
 * moto's. Every response has the cloud's time, as AWS's do. Never throws.
 */
export async function dispatch(frame: Frame, request: WireRequest): Promise<WireResponse> {
  const answer = await answerOf(frame, request);
  if (answer === CONNECTION_RESET) return answer;
  return { ...answer, headers: { ...answer.headers, date: frame.cloud.clock.now().toUTCString() } };
}

async function answerOf(frame: Frame, request: WireRequest): Promise<WireResponse> {
  const requestId = randomUUID();
  let protocol = guessProtocol(request);
  try {
    const credential = readCredential(request);
    const known = frame.services.find(
      ({ name, signingName = name, claims }) =>
        signingName === credential.service && (claims?.(request) ?? true),
    );
    if (known === undefined) {
      protocol = guessProtocol(request, credential.service);
      refuseTooLarge(protocol, request);
      return await passThrough(frame, request, credential);
    }
    const service = known.olderProtocol === protocol ? { ...known, protocol } : known;
    protocol = service.protocol;
    return await serve(frame, service, request, requestId, credential);
  } catch (error) {
    if (error instanceof ConnectionReset) return CONNECTION_RESET;
    return encodeFailure(frame, protocol, request, requestId, error);
  }
}

async function serve(
  frame: Frame,
  service: MountedService,
  request: WireRequest,
  requestId: string,
  credential: Credential,
): Promise<WireResponse> {
  const codec: Codec = CODECS[service.protocol];
  refuseTooLarge(service.protocol, request, service.longestBody);
  const caller = await frame.cloud.identities.authenticate(credential);
  const { operation, input } = (service.decode ?? codec.decode)(request);
  const call: Call = {
    requestId,
    service: service.signingName ?? service.name,
    region: credential.region,
    operation,
    caller,
    input,
  };
  if (!isKnown(service, operation)) {
    if (service.unlisted === "administrators" && isAdministrator(credential))
      return frame.forward(request, caller.account, credential);
    throw unsupported(service.name, operation);
  }
  const { trail, faults } = frame.cloud;
  const checks: AccessCheck[] = [];
  try {
    const after = await faults.before(call);
    const { output, response } = await perform(frame, service, call, checks, request, credential);
    const ended =
      response === undefined ? { response: output } : outcomeOf(service.protocol, operation, response);
    if (!("error" in ended)) frame.onServed(call, checks);
    recordCall(trail, call, credential.accessKeyId, { checks, ...ended });
    after();
    if (response !== undefined) return response;
    return codec.encode({ operation, requestId, xmlNamespace: service.xmlNamespace }, output ?? {});
  } catch (error) {
    if (!(error instanceof ConnectionReset))
      recordCall(trail, call, credential.accessKeyId, { checks, error });
    throw error;
  }
}

/** Maximum size of a request without an object or a program in it, in bytes; AWS's services refuse at about that size. */
const LONGEST_BODY = 1_048_576;

function refuseTooLarge(
  protocol: Protocol,
  { body, truncated = false }: WireRequest,
  longest = LONGEST_BODY,
): void {
  const isRest = protocol.startsWith("rest-");
  if (!truncated && (isRest || body.length <= longest)) return;
  if (isRest) {
    throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
  }
  throw new AwsError("RequestEntityTooLarge", `Request size exceeded ${longest} bytes`, 413);
}

function isKnown(service: MountedService, operation: string): boolean {
  return Object.hasOwn(service.operations, operation) || Object.hasOwn(service.forwarded, operation);
}

/** Either the rehearsal cloud's own response, or moto's. */
interface Answer {
  readonly output?: JsonObject;
  readonly response?: WireResponse;
}

/** Adds the checks that were made to `checks`. */
async function perform(
  frame: Frame,
  service: MountedService,
  call: Call,
  checks: AccessCheck[],
  request: WireRequest,
  credential: Credential,
): Promise<Answer> {
  const { cloud } = frame;
  const own = service.operations[call.operation];
  if (own !== undefined) {
    await authorise(frame, service.protocol, call, checks, (...about) => own.checks(...about));
    return { output: await own.run(call, cloud) };
  }
  const forwarded = service.forwarded[call.operation];
  if (forwarded !== undefined) await authorise(frame, service.protocol, call, checks, forwarded);
  const forward = (wire: WireRequest) => frame.forward(wire, call.caller.account, credential);
  const relay: Relay = service.relays?.[call.operation] ?? ((exchange) => exchange.forward(exchange.request));
  const response = await relay({ call, cloud, request, forward });
  if (response.status < 400) service.afterForward?.(call.operation);
  return { response };
}

async function authorise(
  frame: Frame,
  protocol: Protocol,
  call: Call,
  asked: AccessCheck[],
  checks: Operation["checks"],
): Promise<void> {
  for (const check of await checks(call, frame.cloud)) {
    asked.push(check);
    const withRegion = { ...check, context: { "aws:RequestedRegion": call.region, ...check.context } };
    const verdict = await frame.cloud.decide(call.caller, withRegion);
    if (!verdict.allowed) throw denial(protocol, call.caller, check, verdict);
  }
  if (protocol === "ec2" && call.input["DryRun"] === "true") {
    throw new AwsError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
  }
}

/**
 * A service that the rehearsal cloud does not implement: moto answers administrators; sessions are refused because they
 * could not be authorised.
 */
async function passThrough(
  frame: Frame,
  request: WireRequest,
  credential: Credential,
): Promise<WireResponse> {
  if (isAdministrator(credential)) return frame.forward(request, credential.accessKeyId, credential);
  throw new AwsError(
    "UnsupportedOperation",
    `The rehearsal cloud cannot authorise calls to ${credential.service} and so refuses them to sessions.`,
  );
}

function unsupported(service: string, operation: string): AwsError {
  return new AwsError("UnsupportedOperation", `The rehearsal cloud does not model ${service}:${operation}.`);
}

/** Names of authentication errors where a protocol has its own. */
const AUTHENTICATION_CODES: Readonly<
  Record<string, Partial<Record<Protocol, readonly [code: string, status: number]>>>
> = {
  InvalidClientTokenId: {
    ec2: ["AuthFailure", 401],
    json: ["UnrecognizedClientException", 400],
    "rest-xml": ["InvalidAccessKeyId", 403],
    "rest-xml-wrapped": ["InvalidAccessKeyId", 403],
  },
  ExpiredToken: {
    ec2: ["RequestExpired", 400],
    json: ["ExpiredTokenException", 400],
    "rest-xml": ["ExpiredToken", 400],
    "rest-xml-wrapped": ["ExpiredToken", 400],
  },
  MissingAuthenticationToken: {
    json: ["MissingAuthenticationTokenException", 400],
    "rest-xml": ["AccessDenied", 403],
    "rest-xml-wrapped": ["AccessDenied", 403],
  },
  UnsupportedOperation: {
    "rest-xml": ["NotImplemented", 400],
    "rest-xml-wrapped": ["NotImplemented", 400],
  },
};

function encodeFailure(
  frame: Frame,
  protocol: Protocol,
  request: WireRequest,
  requestId: string,
  error: unknown,
): WireResponse {
  const known = error instanceof AwsError ? error : defect(frame, error);
  const renamed = AUTHENTICATION_CODES[known.code]?.[protocol];
  const shaped = renamed === undefined ? known : new AwsError(renamed[0], known.message, renamed[1]);
  const encoded = CODECS[protocol].encodeError(shaped, requestId);
  const response = { ...encoded, headers: { ...encoded.headers, ...known.headers } };
  return request.method === "HEAD" ? { ...response, body: "" } : response;
}

/** Status 400: clients would repeat a 500 for minutes, and the result would be the same. */
function defect(frame: Frame, error: unknown): AwsError {
  frame.onDefect(error);
  const message = error instanceof Error ? error.message : String(error);
  return new AwsError("InternalFailure", `The rehearsal cloud has failed, not your call: ${message}`);
}
