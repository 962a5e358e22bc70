import { AwsError, type Call, type JsonObject } from "../../contract";
import type { MountedService } from "../../dispatch";
import type { WireRequest } from "../../wire/message";
import { parseJsonBody, type Decoded } from "../../wire/protocols";
import { authorised, given, ON_ANY, ownArn, rows, type StoredTable } from "../stored/table";

/** The form of requests: `{Member}` stands for one part of the path. Source: Lambda API reference, "Actions". */
const ROUTES: Readonly<Record<string, string>> = {
  CreateFunction: "POST /2015-03-31/functions",
  ListFunctions: "GET /2015-03-31/functions",
  GetFunction: "GET /2015-03-31/functions/{FunctionName}",
  DeleteFunction: "DELETE /2015-03-31/functions/{FunctionName}",
  GetFunctionConfiguration: "GET /2015-03-31/functions/{FunctionName}/configuration",
  UpdateFunctionConfiguration: "PUT /2015-03-31/functions/{FunctionName}/configuration",
  UpdateFunctionCode: "PUT /2015-03-31/functions/{FunctionName}/code",
  ListVersionsByFunction: "GET /2015-03-31/functions/{FunctionName}/versions",
  GetPolicy: "GET /2015-03-31/functions/{FunctionName}/policy",
  AddPermission: "POST /2015-03-31/functions/{FunctionName}/policy",
  RemovePermission: "DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}",
  GetFunctionCodeSigningConfig: "GET /2020-06-30/functions/{FunctionName}/code-signing-config",
  ListTags: "GET /2017-03-31/tags/{Resource}",
  TagResource: "POST /2017-03-31/tags/{Resource}",
  UntagResource: "DELETE /2017-03-31/tags/{Resource}",
};

const PASSES_ROLE = { member: "Role", to: "lambda.amazonaws.com" };

const TABLE: StoredTable = {
  ...rows(
    { on: functionArn },
    "AddPermission",
    "DeleteFunction",
    "GetFunction",
    "GetFunctionCodeSigningConfig",
    "GetFunctionConfiguration",
    "GetPolicy",
    "ListVersionsByFunction",
    "RemovePermission",
    "UpdateFunctionCode",
  ),
  ...rows({ on: ({ input }) => [given(input, "Resource")] }, "ListTags", "TagResource", "UntagResource"),
  CreateFunction: { on: functionArn, tagging: "TagResource", passesRole: PASSES_ROLE },
  UpdateFunctionConfiguration: { on: functionArn, passesRole: PASSES_ROLE },
  ListFunctions: ON_ANY,
};

/**
 * Lambda's functions: authorised by identity, stored in moto. No function runs; function policies are stored and not
 * evaluated.
 */
export function lambdaService(): MountedService {
  return {
    name: "lambda",
    protocol: "rest-json",
    operations: {},
    forwarded: authorised("lambda", TABLE),
    unlisted: "administrators",
    decode,
  };
}

/** A function is identified by its name, its ARN or `account:function:name`, each with or without a version. */
function functionArn(call: Call): readonly string[] {
  const name = given(call.input, "FunctionName");
  if (name.startsWith("arn:")) return [name];
  return [ownArn(call, "lambda", `function:${name.replace(/^.*:function:/, "")}`)];
}

/** An operation that is not listed has the name of its request. */
function decode({ method, path, body, query }: WireRequest): Decoded {
  const parts = path.replace(/\/$/, "").split("/");
  for (const [operation, route] of Object.entries(ROUTES)) {
    const [routeMethod, routePath = ""] = route.split(" ");
    const labels = routeMethod === method ? labelsOf(routePath.split("/"), parts) : undefined;
    if (labels === undefined) continue;
    const removed = query.getAll("tagKeys");
    return {
      operation,
      input: { ...parseJsonBody(body), ...labels, ...(removed.length === 0 ? {} : { tagKeys: removed }) },
    };
  }
  return { operation: `${method} ${path}`, input: {} };
}

/** The values of the labels of a route; undefined where the path does not match. */
function labelsOf(route: readonly string[], path: readonly string[]): JsonObject | undefined {
  if (route.length !== path.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [index, part] of route.entries()) {
    const actual = path[index] ?? "";
    const label = /^\{(.+)\}$/.exec(part)?.[1];
    if (label === undefined && part !== actual) return undefined;
    if (label !== undefined) labels[label] = decoded(actual);
  }
  return labels;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new AwsError("InvalidParameterValueException", `${part} is not percent-encoded.`);
  }
}
