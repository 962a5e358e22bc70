import { AwsError, type JsonObject, type Moto } from "../contract";
import type { WireRequest, WireResponse } from "../wire/message";
import { parseXml } from "../wire/xml";
import type { Forward } from "./forward";

/** API versions of the Query services that the rehearsal cloud itself calls. */
const VERSIONS: Readonly<Record<string, string>> = {
  iam: "2010-05-08",
  ec2: "2016-11-15",
  sns: "2010-03-31",
  sts: "2011-06-15",
  autoscaling: "2011-01-01",
};

/** moto as the rehearsal cloud's own services call it, without authorisation. */
export function createMotoClient(forward: Forward): Moto {
  const call = async (
    service: string,
    account: string,
    region: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<WireResponse> => {
    const request: WireRequest = {
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      rawQuery: "",
      headers: { host: `${service}.${region}.amazonaws.com`, ...headers },
      body: Buffer.from(body, "utf8"),
    };
    return forward(request, account, { accessKeyId: account, region, service });
  };
  return {
    async query(service, account, region, operation, input) {
      const form = new URLSearchParams({ Action: operation, Version: VERSIONS[service] ?? "", ...input });
      const type = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
      const response = await call(service, account, region, type, form.toString());
      const answer = parseXml(response.body.toString());
      if (response.status >= 400) throw queryError(answer, response.status);
      const inner = object(answer[`${operation}Response`]);
      return object(inner[`${operation}Result`] ?? inner);
    },
    async json(service, account, region, target, input) {
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
      const response = await call(service, account, region, headers, JSON.stringify(input));
      const answer = JSON.parse(response.body.toString() || "{}") as JsonObject;
      if (response.status < 400) return answer;
      const code = String(answer["__type"] ?? "InternalFailure").replace(/^.*#/, "");
      throw new AwsError(code, String(answer["message"] ?? answer["Message"] ?? code), response.status);
    },
  };
}

function queryError(answer: JsonObject, status: number): AwsError {
  const { ErrorResponse, Response } = answer as { ErrorResponse?: JsonObject; Response?: JsonObject };
  const error = object(ErrorResponse?.["Error"] ?? object(Response?.["Errors"])["Error"]);
  return new AwsError(String(error["Code"] ?? "InternalFailure"), String(error["Message"] ?? ""), status);
}

function object(value: unknown): JsonObject {
  return typeof value === "object" && value !== null ? (value as JsonObject) : {};
}
