/**
 * AWS's public parameters that name images. Source: Systems Manager user guide, "Calling AMI public parameters". They
 * name the images that exist here; moto's name images of the real AWS, which cannot be launched here.
 */
import { publicParameterArn } from "@keyferry/common";
import { AwsError, type Call, type JsonObject } from "../../contract";
import type { Relay } from "../../dispatch";
import { PUBLIC_SINCE, publicParameters } from "../ec2/images/public";

const ROOT = "/aws/service/";
/** Families of parameters whose values are image ids, or documents with one. */
const FAMILY =
  /^\/aws\/service\/(ami-|aps\/|bottlerocket\/|canonical\/|debian\/|ecs\/optimized-ami|eks\/optimized-ami|freebsd\/|suse\/)/;

/** Whether a parameter, or what is below a path, is answered here regardless of moto's data. */
function isOfImages(name: string): boolean {
  return FAMILY.test(name);
}

/** The image that a public parameter names; undefined if it does not exist. @param name with or without a version */
export function publicImageParameter(name: string, region: string): string | undefined {
  const [plain = ""] = name.replace(/^arn:.*:parameter(?=\/)/, "").split(":");
  return plain.startsWith(ROOT) ? publicParameters(region).get(plain.slice(ROOT.length)) : undefined;
}

function parameterAnswer(name: string, region: string): JsonObject | undefined {
  const value = publicImageParameter(name, region);
  if (value === undefined) return undefined;
  return {
    Name: name,
    Type: "String",
    Value: value,
    Version: 1,
    LastModifiedDate: Date.parse(PUBLIC_SINCE) / 1000,
    ARN: publicParameterArn(region, name),
    DataType: "text",
  };
}

/** Parameters that name images are answered here, all others by moto. */
export const publicParameterRelays: Readonly<Record<string, Relay>> = {
  async GetParameter(exchange) {
    const name = String(exchange.call.input["Name"] ?? "");
    if (!isOfImages(name)) return exchange.forward(exchange.request);
    const Parameter = parameterAnswer(name, exchange.call.region);
    if (Parameter === undefined) throw new AwsError("ParameterNotFound", `Parameter ${name} not found.`);
    return jsonAnswer({ Parameter });
  },
  async GetParameters(exchange) {
    const names = namesOf(exchange.call).filter(isOfImages);
    if (names.length === 0) return exchange.forward(exchange.request);
    const others = namesOf(exchange.call).filter((name) => !isOfImages(name));
    const rest = others.length === 0 ? {} : await ask(exchange, { ...exchange.call.input, Names: others });
    const own = names.map((name) => parameterAnswer(name, exchange.call.region));
    return jsonAnswer({
      Parameters: [...own.filter((one) => one !== undefined), ...list(rest["Parameters"])],
      InvalidParameters: [
        ...names.filter((_name, at) => own[at] === undefined),
        ...list(rest["InvalidParameters"]),
      ],
    });
  },
  async GetParametersByPath(exchange) {
    const path = `${String(exchange.call.input["Path"] ?? "/").replace(/\/$/, "")}/`;
    if (!isOfImages(path)) return exchange.forward(exchange.request);
    const { region, input } = exchange.call;
    const below = [...publicParameters(region).keys()]
      .map((name) => `${ROOT}${name}`)
      .filter((name) => name.startsWith(path))
      .filter((name) => input["Recursive"] === true || !name.slice(path.length).includes("/"));
    return jsonAnswer({ Parameters: below.flatMap((name) => parameterAnswer(name, region) ?? []) });
  },
};

type Exchange = Parameters<Relay>[0];

async function ask({ forward, request }: Exchange, input: JsonObject): Promise<JsonObject> {
  const answer = await forward({ ...request, body: Buffer.from(JSON.stringify(input)) });
  return JSON.parse(String(answer.body)) as JsonObject;
}

function namesOf({ input }: Call): readonly string[] {
  return list(input["Names"]).map(String);
}

function list(value: JsonObject[string]): readonly NonNullable<JsonObject[string]>[] {
  return Array.isArray(value) ? (value as readonly NonNullable<JsonObject[string]>[]) : [];
}

function jsonAnswer(output: JsonObject) {
  return {
    status: 200,
    headers: { "content-type": "application/x-amz-json-1.1" },
    body: JSON.stringify(output),
  };
}
