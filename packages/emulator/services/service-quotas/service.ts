import { formatArn, partitionOf } from "@keyferry/common";
import type { Call, JsonObject, Operation, Service } from "../../contract";
import { AwsError } from "../../contract";
import { page, type Page } from "../ec2/pages";
import {
  DEFAULT_QUOTAS,
  QUOTA_NAMES,
  QUOTA_RULES,
  quotaOf,
  type ListedQuota,
  type QuotaName,
} from "../ec2/quotas";
import type { Ec2State } from "../ec2/state";

/** Service names, as Service Quotas writes them. */
const SERVICE_NAMES: Readonly<Record<ListedQuota["service"], string>> = {
  ec2: "Amazon Elastic Compute Cloud (Amazon EC2)",
  ebs: "Amazon Elastic Block Store (Amazon EBS)",
  rds: "Amazon Relational Database Service (Amazon RDS)",
};

type Value = (call: Call, name: QuotaName) => number;

/**
 * Service Quotas: the quotas that EC2, EBS and RDS have here, with their current values. AWS's other quotas are not
 * modelled: a service without quotas here does not exist for it. Source: Service Quotas API reference; responses as
 * captured from AWS.
 */
export function serviceQuotasService(ec2: Ec2State): Service {
  const applied: Value = (call, name) => quotaOf(ec2, call.caller.account, name);
  const byDefault: Value = (_call, name) => DEFAULT_QUOTAS[name];
  return {
    name: "servicequotas",
    protocol: "json",
    operations: {
      GetServiceQuota: reading((call) => one(call, applied)),
      GetAWSDefaultServiceQuota: reading((call) => one(call, byDefault)),
      ListServiceQuotas: reading((call) => list(call, applied)),
      ListAWSDefaultServiceQuotas: reading((call) => list(call, byDefault)),
      ListServices: reading(() => ({
        Services: Object.entries(SERVICE_NAMES).map(([ServiceCode, ServiceName]) => ({
          ServiceCode,
          ServiceName,
        })),
      })),
    },
    forwarded: {},
  };
}

/** Read operations have no resource. Source: service authorization reference, "Service Quotas". */
function reading(run: (call: Call) => JsonObject): Operation {
  return { checks: (call) => [{ action: `servicequotas:${call.operation}`, resource: "*" }], run };
}

function one(call: Call, value: Value): JsonObject {
  const code = String(call.input["QuotaCode"]);
  const found = namesOf(call).find((name) => listed(name)?.code === code);
  if (found === undefined) throw noSuchResource();
  return { Quota: answer(call, found, value) };
}

function list(call: Call, value: Value): JsonObject {
  const code = call.input["QuotaCode"];
  const names = namesOf(call).filter((name) => code === undefined || listed(name)?.code === code);
  const { items, nextToken } = pageOf(names, call);
  return { Quotas: items.map((name) => answer(call, name, value)), NextToken: nextToken };
}

/** @throws InvalidPaginationTokenException for a token that this service did not issue */
function pageOf(names: readonly QuotaName[], call: Call): Page<QuotaName> {
  try {
    return page(names, call.input);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "InvalidNextToken") throw error;
    throw new AwsError("InvalidPaginationTokenException", "Invalid input was provided.");
  }
}

/** @throws NoSuchResourceException for a service that has no quotas here */
function namesOf(call: Call): readonly QuotaName[] {
  const service = String(call.input["ServiceCode"]);
  const names = QUOTA_NAMES.filter((name) => listed(name)?.service === service);
  if (names.length === 0) throw noSuchResource();
  return names;
}

function listed(name: QuotaName): ListedQuota | undefined {
  const rule = QUOTA_RULES[name];
  return "listed" in rule ? rule.listed : undefined;
}

function noSuchResource(): AwsError {
  return new AwsError(
    "NoSuchResourceException",
    "The request failed because the specified quota does not exist.",
  );
}

/** A quota whose code is not known has neither code nor ARN here: clients find it by its name. */
function answer(call: Call, name: QuotaName, value: Value): JsonObject {
  const { service = "ec2", code, ...quota }: Partial<ListedQuota> = listed(name) ?? {};
  return {
    ServiceCode: service,
    ServiceName: SERVICE_NAMES[service],
    ...(code === undefined ? {} : { QuotaArn: arnOf(call, service, code), QuotaCode: code }),
    QuotaName: quota.name,
    Value: value(call, name),
    Unit: "None",
    Adjustable: quota.adjustable ?? true,
    GlobalQuota: false,
  };
}

/** AWS's own values belong to no account. */
function arnOf({ operation, caller, region }: Call, service: string, code: string): string {
  return formatArn({
    partition: partitionOf(region),
    service: "servicequotas",
    region,
    account: operation.includes("AWSDefault") ? "" : caller.account,
    resource: `${service}/${code}`,
  });
}
