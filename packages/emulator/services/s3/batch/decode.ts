/** How a request of S3 Control is recognised and read. Source: S3 API reference, operations of AWS S3 Control. */
import { AwsError, type JsonObject } from "../../../contract";
import type { WireRequest } from "../../../wire/message";
import type { Decoded } from "../../../wire/protocols";
import { readXml, type XmlElement } from "../xml";

const ROOT = "/v20180820/";
/** No other S3 request has it. */
const ACCOUNT = "x-amz-account-id";

interface ControlOperation {
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  /** Root element of the body. @default - it has none */
  readonly body?: string;
}

const JOB = "jobs/([^/]+)";
const OPERATIONS: readonly ControlOperation[] = [
  { name: "CreateJob", method: "POST", path: /^jobs$/, body: "CreateJobRequest" },
  { name: "ListJobs", method: "GET", path: /^jobs$/ },
  { name: "DescribeJob", method: "GET", path: new RegExp(`^${JOB}$`) },
  { name: "UpdateJobStatus", method: "POST", path: new RegExp(`^${JOB}/status$`) },
  { name: "UpdateJobPriority", method: "POST", path: new RegExp(`^${JOB}/priority$`) },
  { name: "GetJobTagging", method: "GET", path: new RegExp(`^${JOB}/tagging$`) },
  {
    name: "PutJobTagging",
    method: "PUT",
    path: new RegExp(`^${JOB}/tagging$`),
    body: "PutJobTaggingRequest",
  },
  { name: "DeleteJobTagging", method: "DELETE", path: new RegExp(`^${JOB}/tagging$`) },
];

/** Query parameters -> the API's names for them. */
const QUERY: Readonly<Record<string, string>> = {
  maxResults: "MaxResults",
  nextToken: "NextToken",
  priority: "Priority",
  requestedJobStatus: "RequestedJobStatus",
  statusUpdateReason: "StatusUpdateReason",
};

/** S3 Control is signed like S3, and uses a different host name, which is ignored here. */
export function isControl({ path, headers }: WireRequest): boolean {
  return path.startsWith(ROOT) && headers[ACCOUNT] !== undefined;
}

/** @throws AwsError `NotImplemented` for all other operations of S3 Control, `MalformedXML` */
export function decodeControl({ method, path, query, headers, body }: WireRequest): Decoded {
  const rest = path.slice(ROOT.length);
  const operation = OPERATIONS.find((one) => one.method === method && one.path.test(rest));
  if (operation === undefined) {
    throw new AwsError(
      "NotImplemented",
      `The rehearsal cloud does not model ${method} ${path} of S3 Control.`,
    );
  }
  const given = operation.body === undefined ? {} : (readXml(body, operation.body) as JsonObject);
  const fromQuery = Object.entries(QUERY).map(
    ([parameter, name]) => [name, query.get(parameter) ?? undefined] as const,
  );
  return {
    operation: operation.name,
    input: {
      ...given,
      AccountId: headers[ACCOUNT] ?? "",
      JobId: operation.path.exec(rest)?.[1],
      JobStatuses: query.getAll("jobStatuses"),
      ...Object.fromEntries(fromQuery.filter(([, value]) => value !== undefined)),
    },
  };
}

/** The body of a request, without the parameters in its headers, path and query. */
export function bodyOf(input: JsonObject): XmlElement {
  const body = Object.entries(input).filter(([name]) => !ELSEWHERE.has(name));
  return Object.fromEntries(body) as XmlElement;
}

const ELSEWHERE = new Set(
  ["AccountId", "JobId", "JobStatuses", ...Object.values(QUERY)].filter((name) => name !== "Priority"),
);
