import type { Place } from "../../topology";
import { isAwsError } from "./aws-error";
import { call, clientConfig, lazily, type CredentialProvider } from "./client-config";
import type { ParametersPort } from "./ports";

/** The port on real Parameter Store. */
export function parametersPort(place: Place, credentials: CredentialProvider): ParametersPort {
  const site = (operation: string) => ({ operation, account: place.account.id, region: place.region });
  const load = lazily(async () => {
    const sdk = await import("@aws-sdk/client-ssm");
    return { sdk, client: new sdk.SSMClient(clientConfig(place.region, credentials)) };
  });
  return {
    async get(name) {
      const { sdk, client } = await load();
      try {
        const answer = await call(site(`GetParameter ${name}`), () =>
          client.send(new sdk.GetParameterCommand({ Name: name })),
        );
        return answer.Parameter?.Value;
      } catch (error) {
        if (isAwsError(error, "ParameterNotFound")) return undefined;
        throw error;
      }
    },
    async put(parameter) {
      const { sdk, client } = await load();
      try {
        await call(site(`PutParameter ${parameter.name}`), () =>
          client.send(
            new sdk.PutParameterCommand({
              Name: parameter.name,
              Value: parameter.value,
              Type: "String",
              DataType: parameter.dataType,
              Overwrite: parameter.overwrite,
            }),
          ),
        );
        return true;
      } catch (error) {
        if (isAwsError(error, "ParameterAlreadyExists")) return false;
        throw error;
      }
    },
    async delete(name) {
      const { sdk, client } = await load();
      try {
        await call(site(`DeleteParameter ${name}`), () => client.send(new sdk.DeleteParameterCommand({ Name: name })));
      } catch (error) {
        if (!isAwsError(error, "ParameterNotFound")) throw error;
      }
    },
  };
}
