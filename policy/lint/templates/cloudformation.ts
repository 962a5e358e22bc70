import { isRecord } from "@keyferry/common";
import { below } from "../json-text";
import type { LintContext, PolicyKind } from "../types";
import { memberOf } from "../unwrap";
import type { FoundPolicy, PolicyFile } from "./found";
import { positionIn, resolvePolicy } from "./policy-in-template";
import { readTemplate } from "./template-text";
import { STACK, type TemplateNames } from "./values";

interface PolicyProperty {
  readonly kind: PolicyKind;
  /** Path from the resource's properties to the policy; `*` means each element of a list. */
  readonly path: readonly string[];
  readonly inline?: boolean;
}

const KEY_POLICY: readonly PolicyProperty[] = [{ kind: "key", path: ["KeyPolicy"] }];
const INLINE: PolicyProperty = { kind: "identity", path: ["PolicyDocument"], inline: true };
const INLINE_LIST: PolicyProperty = {
  kind: "identity",
  path: ["Policies", "*", "PolicyDocument"],
  inline: true,
};

/** The properties of resources that contain policies (CloudFormation template reference). */
const PROPERTIES: Readonly<Record<string, readonly PolicyProperty[]>> = {
  "AWS::KMS::Key": KEY_POLICY,
  "AWS::KMS::ReplicaKey": KEY_POLICY,
  "AWS::IAM::Role": [{ kind: "trust", path: ["AssumeRolePolicyDocument"] }, INLINE_LIST],
  "AWS::IAM::User": [INLINE_LIST],
  "AWS::IAM::Group": [INLINE_LIST],
  "AWS::IAM::Policy": [INLINE],
  "AWS::IAM::RolePolicy": [INLINE],
  "AWS::IAM::UserPolicy": [INLINE],
  "AWS::IAM::GroupPolicy": [INLINE],
  "AWS::IAM::ManagedPolicy": [{ kind: "identity", path: ["PolicyDocument"] }],
  "AWS::S3::BucketPolicy": [{ kind: "bucket", path: ["PolicyDocument"] }],
};

/** Every policy of a CloudFormation template, YAML or JSON; undefined when the text is not a template. */
export function policiesInTemplate(text: string): PolicyFile | undefined {
  const { value: template, positions } = readTemplate(text);
  const resources = memberOf(template, "Resources");
  if (!isRecord(resources) || !Object.values(resources).some(isResource)) return undefined;
  const names: TemplateNames = {
    parameters: memberOf(template, "Parameters"),
    resources,
    mappings: memberOf(template, "Mappings"),
  };
  const policies = Object.entries(resources).flatMap(([id, resource]) =>
    propertiesOf(resource).flatMap((property) => {
      const start = {
        value: memberOf(resource, "Properties"),
        place: `Resources.${id}.Properties`,
        name: id,
      };
      return along(start, property.path).map((at): FoundPolicy => {
        const resolved = resolvePolicy(at.value, at.place, names);
        return {
          name: at.name,
          kind: property.kind,
          document: resolved.document,
          context: contextOf(resolved.document, property),
          unresolved: resolved.unresolved,
          positionOf: positionIn(resolved, positions),
        };
      });
    }),
  );
  return {
    form: "a CloudFormation template",
    note: `${STACK.account} stands for the stack's account, ${STACK.region} for its Region`,
    policies,
    unread: [],
  };
}

/** A policy that mentions the stack's account belongs to it; for any other policy, the owner follows from its statements. */
function contextOf(document: unknown, { inline = false }: PolicyProperty): LintContext {
  const ofStack = JSON.stringify(document ?? null).includes(STACK.account);
  return { ...(ofStack ? { account: STACK.account } : {}), ...(inline ? { inline } : {}) };
}

function isResource(resource: unknown): boolean {
  return /^\w+::\w+::\w+|^Custom::/.test(String(memberOf(resource, "Type")));
}

function propertiesOf(resource: unknown): readonly PolicyProperty[] {
  const type = String(memberOf(resource, "Type"));
  return Object.hasOwn(PROPERTIES, type) ? (PROPERTIES[type] ?? []) : [];
}

interface At {
  readonly value: unknown;
  readonly place: string;
  /** For people: `Role Policies[0].PolicyDocument`. */
  readonly name: string;
}

function along(start: At, path: readonly string[]): readonly At[] {
  const found = path.reduce<readonly At[]>((ats, step) => ats.flatMap((at) => steps(at, step)), [start]);
  return found.map((at) => ({ ...at, name: `${start.name} ${at.place.slice(start.place.length + 1)}` }));
}

function steps({ value, place, name }: At, step: string): readonly At[] {
  if (step === "*") {
    const elements = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return elements.map((element, index) => ({ value: element, place: below(place, index), name }));
  }
  const member = memberOf(value, step);
  return member === undefined ? [] : [{ value: member, place: below(place, step), name }];
}
