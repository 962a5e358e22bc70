import { AwsError, type Json, type JsonObject, type Protocol } from "../contract";
import { encodeCbor } from "./cbor";
import { decodeForm } from "./form";
import type { WireRequest, WireResponse } from "./message";
import { checkShapes } from "./shapes";
import { encodeXml, escapeXml } from "./xml";

export interface Decoded {
  readonly operation: string;
  readonly input: JsonObject;
}

/** What a response needs in addition to its members. */
export interface AnswerFrame {
  readonly operation: string;
  readonly requestId: string;
  readonly xmlNamespace?: string;
}

/** One wire protocol: how it names operations and formats responses and errors. */
export interface Codec {
  /** @throws AwsError when the body cannot be read */
  decode(request: WireRequest): Decoded;
  encode(frame: AnswerFrame, output: JsonObject): WireResponse;
  encodeError(error: AwsError, requestId: string): WireResponse;
}

const XML = "text/xml;charset=UTF-8";
const JSON_1_1 = "application/x-amz-json-1.1";
const PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n';

const ec2: Codec = {
  decode: decodeAction,
  encode: ({ operation, requestId, xmlNamespace }, output) =>
    xml(
      200,
      requestId,
      `<${operation}Response${namespace(xmlNamespace)}><requestId>${requestId}</requestId>` +
        `${encodeXml(output, "item")}</${operation}Response>`,
    ),
  encodeError: ({ code, message, status }, requestId) =>
    xml(
      status,
      requestId,
      `<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors>` +
        `<RequestID>${requestId}</RequestID></Response>`,
    ),
};

const query: Codec = {
  decode: decodeAction,
  encode: ({ operation, requestId, xmlNamespace }, output) =>
    xml(
      200,
      requestId,
      `<${operation}Response${namespace(xmlNamespace)}><${operation}Result>${encodeXml(output, "member")}` +
        `</${operation}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`,
    ),
  encodeError: ({ code, message, status }, requestId) =>
    xml(
      status,
      requestId,
      `<ErrorResponse><Error><Type>${status >= 500 ? "Receiver" : "Sender"}</Type><Code>${escapeXml(code)}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
};

const json: Codec = {
  decode(request) {
    const operation = (request.headers["x-amz-target"] ?? "").split(".").pop() ?? "";
    const input = parseJsonBody(request.body);
    checkShapes(input);
    return { operation, input };
  },
  encode: ({ requestId }, output) => jsonResponse(200, requestId, {}, JSON.stringify(jsonValue(output))),
  encodeError: ({ code, message, status }, requestId) =>
    jsonResponse(status, requestId, { "x-amzn-errortype": code }, JSON.stringify({ __type: code, message })),
};

/** Operations are identified by method and path, which each service reads itself. */
function unreadable(request: WireRequest): never {
  throw new AwsError(
    "NotImplemented",
    `${request.method} ${request.path} is not an operation of this protocol`,
  );
}

const restJson: Codec = { ...json, decode: unreadable };

/** Only for errors: no service here uses it. */
const cbor: Codec = {
  decode: unreadable,
  encode: (frame, output) => json.encode(frame, output),
  encodeError: ({ code, message, status }, requestId) => ({
    status,
    headers: {
      "content-type": "application/cbor",
      "smithy-protocol": "rpc-v2-cbor",
      "x-amzn-requestid": requestId,
    },
    body: encodeCbor({ __type: code, message }),
  }),
};

const restXml: Codec = {
  decode: unreadable,
  encode: ({ operation, requestId, xmlNamespace }, output) =>
    xml(
      200,
      requestId,
      `<${operation}Result${namespace(xmlNamespace)}>${encodeXml(output, "member")}</${operation}Result>`,
    ),
  encodeError: ({ code, message, status, details }, requestId) =>
    xml(
      status,
      requestId,
      `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>` +
        `${encodeXml(details, "member")}<RequestId>${requestId}</RequestId></Error>`,
    ),
};

/** S3 Control's protocol: like S3's, except for errors. */
const restXmlWrapped: Codec = {
  ...restXml,
  encodeError: ({ code, message, status }, requestId) =>
    xml(
      status,
      requestId,
      `<ErrorResponse><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>` +
        `<RequestId>${requestId}</RequestId></ErrorResponse>`,
    ),
};

export const CODECS: Readonly<Record<Protocol, Codec>> = {
  ec2,
  query,
  json,
  cbor,
  "rest-json": restJson,
  "rest-xml": restXml,
  "rest-xml-wrapped": restXmlWrapped,
};

/** Services whose REST protocol is XML; all others use JSON. */
const XML_SERVICES = new Set(["s3", "s3-object-lambda", "s3-outposts", "route53", "cloudfront"]);

/**
 * The protocol of a request to an unknown service, from the form of the request.
 * @param service signing name @default - not known either, which is treated as S3
 */
export function guessProtocol(request: WireRequest, service = "s3"): Protocol {
  if (request.headers["smithy-protocol"] === "rpc-v2-cbor") return "cbor";
  if (request.headers["x-amz-target"] !== undefined) return "json";
  if (isForm(request)) return "query";
  return XML_SERVICES.has(service) ? "rest-xml" : "rest-json";
}

function isForm(request: WireRequest): boolean {
  return (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
}

function decodeAction(request: WireRequest): Decoded {
  const form = isForm(request) ? new URLSearchParams(request.body.toString("utf8")) : request.query;
  return { operation: form.get("Action") ?? "", input: decodeForm(form) };
}

/** @throws AwsError `SerializationException` for anything but an object; an empty body is an empty object */
export function parseJsonBody(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  } catch {
    // Reported below, in the protocol's own format.
  }
  throw new AwsError("SerializationException", "The request body is not a JSON object");
}

function jsonValue(value: Json): Json {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return (value as readonly Json[]).map(jsonValue);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, inner]) => [name, jsonValue(inner)]),
  );
}

function namespace(uri: string | undefined): string {
  return uri === undefined ? "" : ` xmlns="${uri}"`;
}

function xml(status: number, requestId: string, body: string): WireResponse {
  return { status, headers: { "content-type": XML, "x-amzn-requestid": requestId }, body: PROLOG + body };
}

function jsonResponse(
  status: number,
  requestId: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): WireResponse {
  return { status, headers: { ...headers, "content-type": JSON_1_1, "x-amzn-requestid": requestId }, body };
}
