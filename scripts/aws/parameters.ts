import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientConfig, lazily, type CredentialProvider } from "./client-config";
import type { ParametersPort } from "./ports";
import { sdk } from "./sdk";

/** The port on real Parameter Store. */
export function parametersPort(place: Place, credentials: CredentialProvider): ParametersPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(() => {
    const ssm = sdk.ssm();
    return { ssm, client: new ssm.SSMClient(clientConfig(place.region, credentials)) };
  });
  return {
    async get(name) {
      const { ssm, client } = load();
      try {
        const answer = await call(site(`GetParameter ${name}`), () =>
          client.send(new ssm.GetParameterCommand({ Name: name })),
        );
        return answer.Parameter?.Value;
      } catch (error) {
        if (isAwsError(error, "ParameterNotFound")) return undefined;
        throw error;
      }
    },
    async put(parameter) {
      const { ssm, client } = load();
      try {
        await call(site(`PutParameter ${parameter.name}`), () =>
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
        return true;
      } catch (error) {
        if (isAwsError(error, "ParameterAlreadyExists")) return false;
        throw error;
      }
    },
    async tag(name, tags) {
      const { ssm, client } = load();
      await call(site(`AddTagsToResource ${name}`), () =>
        client.send(
          new ssm.AddTagsToResourceCommand({
            ResourceType: "Parameter",
            ResourceId: name,
            Tags: toTags(tags),
          }),
        ),
      );
    },
    async delete(name) {
      const { ssm, client } = load();
      try {
        await call(site(`DeleteParameter ${name}`), () =>
          client.send(new ssm.DeleteParameterCommand({ Name: name })),
        );
      } catch (error) {
        if (!isAwsError(error, "ParameterNotFound")) throw error;
      }
    },
  };
}

function toTags(tags: Readonly<Record<string, string>>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
