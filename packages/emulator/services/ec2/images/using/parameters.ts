import type { Cloud, JsonObject } from "../../../../contract";
import { objects, text } from "../../input";
import type { Place } from "../../launch-templates/find";

/** What Parameter Store returns immediately. */
const NAMES_AT_ONCE = 10;
const MOST_DESCRIBED = 50;

/** Parameters of type `aws:ec2:image`, with their values. */
export async function imageParameters(
  cloud: Cloud,
  { account, region }: Place,
): Promise<readonly JsonObject[]> {
  const ask = (operation: string, input: JsonObject): Promise<JsonObject> =>
    cloud.moto.json("ssm", account, region, `AmazonSSM.${operation}`, input);
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const answer = await ask("DescribeParameters", { MaxResults: MOST_DESCRIBED, NextToken });
    const images = objects(answer, "Parameters").filter(({ DataType }) => DataType === "aws:ec2:image");
    names.push(...images.flatMap((parameter) => text(parameter, "Name") ?? []));
    NextToken = text(answer, "NextToken");
  } while (NextToken !== undefined);
  const parameters: JsonObject[] = [];
  for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
    const answer = await ask("GetParameters", { Names: names.slice(start, start + NAMES_AT_ONCE) });
    parameters.push(...objects(answer, "Parameters"));
  }
  return parameters;
}
