/** Launch templates are kept by moto, their tags corrected on the way. */
import type { Call, Cloud, JsonObject, Operation } from "../../contract";
import type { Exchange, Relay } from "../../dispatch";
import { parseXml } from "../../wire/xml";
import { anyResource } from "./access";
import { answerItems, flatten, object, text } from "./input";
import { readTagSpecifications } from "./tags/tags";

const TAG_PARAMETER = /^TagSpecification\./;

/**
 * CreateLaunchTemplate: the request's own tag specifications are tags of the template. moto takes them for a part of
 * the template's data, so they stay here and are set in a second call.
 */
export const createLaunchTemplate: Relay = async ({ call, cloud, request, forward }: Exchange) => {
  const { "launch-template": tags } = readTagSpecifications(call.input, ["launch-template"]);
  const form = new URLSearchParams(request.body.toString("utf8"));
  for (const name of [...form.keys()]) if (TAG_PARAMETER.test(name)) form.delete(name);
  const response = await forward({ ...request, body: Buffer.from(form.toString(), "utf8") });
  if (response.status >= 400 || Object.keys(tags).length === 0) return response;
  const answer = object(parseXml(response.body.toString()), "CreateLaunchTemplateResponse");
  await cloud.moto.query("ec2", call.caller.account, call.region, "CreateTags", {
    "ResourceId.1": text(object(answer, "launchTemplate"), "launchTemplateId") ?? "",
    ...Object.fromEntries(
      Object.entries(tags).flatMap(([key, value], i) => [
        [`Tag.${i + 1}.Key`, key],
        [`Tag.${i + 1}.Value`, value],
      ]),
    ),
  });
  return response;
};

/** DescribeLaunchTemplates: moto shows the tags of the day on which the template was made, AWS those of today. */
export const describeLaunchTemplates: Operation = {
  checks: anyResource,
  async run(call, cloud) {
    const { account } = call.caller;
    const input = flatten(call.input);
    const answer = await cloud.moto.query("ec2", account, call.region, "DescribeLaunchTemplates", input);
    const launchTemplates: JsonObject[] = [];
    for (const template of answerItems(answer["launchTemplates"])) {
      const tagSet = await currentTags(call, cloud, text(template, "launchTemplateId") ?? "");
      launchTemplates.push({ ...template, tagSet });
    }
    return { launchTemplates, nextToken: text(answer, "nextToken") };
  },
};

async function currentTags(call: Call, cloud: Cloud, id: string): Promise<readonly JsonObject[]> {
  const answer = await cloud.moto.query("ec2", call.caller.account, call.region, "DescribeTags", {
    "Filter.1.Name": "resource-id",
    "Filter.1.Value.1": id,
  });
  return answerItems(answer["tagSet"]).map(({ key, value }) => ({ key, value }));
}
