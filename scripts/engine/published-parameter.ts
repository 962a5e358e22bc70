import { aNoun } from "../../core/a-noun";
import { declaredKind, LINEAGE_TAGS, rulePath, type Place, type Rule, type Topology } from "../../topology";
import type { ParameterView } from "../aws";
import { parameterTags } from "./lineage";

/** Parameter Store keeps the type and the data type with which a parameter was made. */
const TYPE = "String";

/** Why the topology may not publish in a parameter that exists. */
export interface NotPublishable {
  readonly what: string;
  readonly fix: string;
}

/**
 * Whether a parameter that exists is the topology's own, which its tags say: a run sets them in the call that makes it, and
 * nothing carries tags from one parameter to another. A parameter of somebody else is neither written over nor tagged; who
 * owns it may hand it over.
 * @returns undefined when it may be written over
 */
export function whyNotPublishable(
  topology: Topology,
  rule: Rule,
  place: Place,
  name: string,
  parameter: ParameterView,
): NotPublishable | undefined {
  const { noun, parameterType: wantedType } = declaredKind(rule);
  const { account, region } = place;
  const { type, dataType, tags, value } = parameter;
  const where = `the parameter ${name} in account ${account.id} ${region}`;
  const another = `name another parameter in ${rulePath(rule)}.publishTo, or `;
  const kind = type === TYPE ? `${type} of the data type ${dataType}` : type;
  if (type !== TYPE || dataType !== wantedType) {
    return {
      what: `${where} is a ${kind}; ${aNoun(noun.one)} is published in a ${TYPE} of the data type ${wantedType}, and Parameter Store never changes either`,
      fix: `${another}account ${account.id} must delete this one: aws ssm delete-parameter --region ${region} --name ${name}`,
    };
  }
  const wanted = parameterTags(topology, "published");
  if (Object.entries(wanted).every(([key, tag]) => tags[key] === tag)) return undefined;
  const owner = tags[LINEAGE_TAGS.topology];
  const shown = value === undefined ? "" : `, shows ${value}`;
  const whose =
    owner === undefined || owner === topology.name
      ? `exists${shown} and does not have the tags of the topology ${topology.name}: somebody else created it`
      : `belongs to the topology ${owner}${shown}`;
  const list = Object.entries(wanted).map(([key, tag]) => `Key=${key},Value=${tag}`);
  return {
    what: `${where} ${whose}; it is left as it is`,
    fix: `${another}account ${account.id} must hand it over: aws ssm add-tags-to-resource --region ${region} --resource-type Parameter --resource-id ${name} --tags ${list.join(" ")}`,
  };
}
