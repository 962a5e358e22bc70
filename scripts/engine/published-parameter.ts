import { aNoun } from "../../core/a-noun";
import { declaredKind, LINEAGE_TAGS, rulePath, type Place, type Rule, type Topology } from "../../topology";
import type { ParameterView } from "../aws";
import { parameterTags } from "./lineage";

/** Parameter Store keeps the type and the data type with which a parameter was created. */
const TYPE = "String";

/** Why the topology must not publish in an existing parameter. */
export interface NotPublishable {
  readonly what: string;
  readonly fix: string;
}

/**
 * Whether an existing parameter belongs to the topology, by its tags: a run sets them in the call that creates it, and
 * AWS never copies tags from one parameter to another. A parameter of someone else is neither overwritten nor tagged; its
 * owner may hand it over.
 * @returns undefined if it may be overwritten
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
      ? `exists${shown} and does not have the tags of the topology ${topology.name}: someone else created it`
      : `belongs to the topology ${owner}${shown}`;
  const list = Object.entries(wanted).map(([key, tag]) => `Key=${key},Value=${tag}`);
  return {
    what: `${where} ${whose}; it is not changed`,
    fix: `${another}account ${account.id} must hand it over: aws ssm add-tags-to-resource --region ${region} --resource-type Parameter --resource-id ${name} --tags ${list.join(" ")}`,
  };
}
