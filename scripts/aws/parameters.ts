import type { Parameter } from "@aws-sdk/client-ssm";
import type { Place } from "../../topology";
import { isAlreadyDone, unlessDone } from "./already-done";
import { isAwsError } from "./aws-error";
import { call, clientOf, lazily, type Entry } from "./client-config";
import { gather, parts } from "./gather";
import type { ParametersPort, ParameterValue, ParameterVersion } from "./ports";
import { sdk } from "./sdk";

/** Maximum number of parameters in one call. Source: Systems Manager API reference, GetParameters. */
const NAMES_AT_ONCE = 10;

/** The port on real Parameter Store. Concurrent reads are combined into one call. */
export function parametersPort(place: Place, entry: Entry): ParametersPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const ssm = sdk.ssm();
    return { ssm, client: clientOf(ssm.SSMClient, place.region, entry) };
  });
  const found = async (names: readonly string[]): Promise<ReadonlyMap<string, Parameter>> => {
    const { ssm, client } = load();
    const answer = await call(site(`GetParameters ${names.join(" ")}`), () =>
      client.send(new ssm.GetParametersCommand({ Names: [...names] })),
    );
    return new Map((answer.Parameters ?? []).map((parameter) => [parameter.Name ?? "", parameter]));
  };
  const find = gather((names: readonly string[]) => {
    const calls = parts([...new Set(names)], NAMES_AT_ONCE).map(found);
    return names.map(async (name) => (await Promise.all(calls)).find((some) => some.has(name))?.get(name));
  });
  const read = async (name: string): Promise<ParameterValue | undefined> => {
    const parameter = await find(name);
    return parameter && { value: parameter.Value ?? "", version: parameter.Version ?? 0 };
  };
  const tagsOf = async (name: string): Promise<Readonly<Record<string, string>>> => {
    const { ssm, client } = load();
    const answer = await call(site(`ListTagsForResource ${name}`), () =>
      client.send(new ssm.ListTagsForResourceCommand({ ResourceType: "Parameter", ResourceId: name })),
    );
    return Object.fromEntries((answer.TagList ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
  };
  return {
    get: async (name) => (await read(name))?.value,
    read,
    async lookAt(name) {
      const parameter = await find(name);
      if (parameter === undefined) return undefined;
      const { Type = "", DataType = "", Value, Version = 0 } = parameter;
      const isSecret = Type === "SecureString" || Value === undefined;
      return {
        type: Type,
        dataType: DataType,
        version: Version,
        ...(isSecret ? {} : { value: Value }),
        tags: await tagsOf(name),
      };
    },
    async below(path) {
      const { ssm, client } = load();
      return call(site(`GetParametersByPath ${path}`), async () => {
        const found: { readonly name: string; readonly value: string }[] = [];
        const pages = ssm.paginateGetParametersByPath({ client }, { Path: path, Recursive: true });
        for await (const page of pages) {
          for (const { Name: name = "", Value: value = "" } of page.Parameters ?? [])
            found.push({ name, value });
        }
        return found;
      });
    },
    async tagged(tags) {
      const { ssm, client } = load();
      const ParameterFilters = Object.entries(tags).map(([key, value]) => ({
        Key: `tag:${key}`,
        Option: "Equals",
        Values: [value],
      }));
      return call(site("DescribeParameters"), async () => {
        const found: string[] = [];
        for await (const page of ssm.paginateDescribeParameters({ client }, { ParameterFilters }))
          for (const { Name = "" } of page.Parameters ?? []) found.push(Name);
        return found;
      });
    },
    async history(name) {
      const { ssm, client } = load();
      try {
        return await call(site(`GetParameterHistory ${name}`), async () => {
          const versions: ParameterVersion[] = [];
          for await (const page of ssm.paginateGetParameterHistory({ client }, { Name: name })) {
            for (const { Version = 0, Value = "", Labels = [], LastModifiedDate } of page.Parameters ?? [])
              versions.push({
                version: Version,
                value: Value,
                at: LastModifiedDate?.toISOString() ?? "",
                labels: Labels,
              });
          }
          return versions.sort((a, b) => a.version - b.version);
        });
      } catch (error) {
        if (isAwsError(error, "ParameterNotFound")) return [];
        throw error;
      }
    },
    async put(parameter) {
      const { ssm, client } = load();
      try {
        const answer = await call(site(`PutParameter ${parameter.name}`), () =>
          client.send(
            new ssm.PutParameterCommand({
              Name: parameter.name,
              Value: parameter.value,
              Type: "String",
              DataType: parameter.dataType,
              Overwrite: parameter.overwrite,
              ...(parameter.overwrite ? {} : { Tags: toTags(parameter.tags) }),
            }),
          ),
        );
        return answer.Version ?? 0;
      } catch (error) {
        if (isAlreadyDone(error)) return undefined;
        throw error;
      }
    },
    async delete(name) {
      const { ssm, client } = load();
      await unlessDone(() =>
        call(site(`DeleteParameter ${name}`), () =>
          client.send(new ssm.DeleteParameterCommand({ Name: name })),
        ),
      );
    },
  };
}

function toTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
