import { resolveTopology, type Topology, type TopologyInput } from "../../topology";
import { ACME } from "../_helpers/topologies";
import { onlyResource, synthesisedTopology } from "../_helpers/synthesised";

type LaunchInput = NonNullable<NonNullable<TopologyInput["images"]>[string]["to"][number]["launch"]>;

function launching(launch: LaunchInput): Topology {
  const copy = structuredClone(ACME);
  const to = copy.images["web"]?.to as { launch?: LaunchInput }[];
  to[0] = { ...to[0], launch };
  return resolveTopology(copy);
}

const consumers = (launch: LaunchInput) => synthesisedTopology(launching(launch))["consumers-prod"];

/** A resource without the framework's metadata. */
function ownPart(body: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== "//"));
}

const TAGS = { "keyferry:topology": "acme", team: "platform" };

test("a topology without new settings is synthesised as before, so its plan is empty", () => {
  const stack = consumers({ instanceType: "t3.micro" });
  expect(ownPart(onlyResource(stack, "aws_launch_template"))).toEqual({
    image_id: "resolve:ssm:/images/web",
    instance_type: "t3.micro",
    metadata_options: { http_endpoint: "enabled", http_tokens: "required" },
    name: "keyferry-acme-web",
    provider: "aws.eu-central-1",
    tag_specifications: ["instance", "volume"].map((resource_type) => ({ resource_type, tags: TAGS })),
    update_default_version: true,
  });
  const [id] = Object.keys(stack?.resource?.["aws_launch_template"] ?? {});
  expect(ownPart(onlyResource(stack, "aws_autoscaling_group"))).toEqual({
    availability_zones: ["eu-central-1a"],
    launch_template: {
      id: `\${aws_launch_template.${id}.id}`,
      version: `\${aws_launch_template.${id}.latest_version}`,
    },
    max_size: 1,
    min_size: 1,
    name: "keyferry-acme-web",
    provider: "aws.eu-central-1",
    tag: Object.entries({ team: "platform", "keyferry:topology": "acme" }).map(([key, value]) => ({
      key,
      value,
      propagate_at_launch: true,
    })),
    wait_for_capacity_timeout: "10m",
  });
  expect(stack?.data).not.toHaveProperty("aws_ssm_parameter");
});

test("tags of the launch win over the rule's tags and are set on the instances", () => {
  const stack = consumers({ instanceType: "t3.micro", tags: { team: "web", role: "front" } });
  expect(onlyResource(stack, "aws_launch_template")["tag_specifications"]).toEqual(
    ["instance", "volume"].map((resource_type) => ({
      resource_type,
      tags: { "keyferry:topology": "acme", team: "web", role: "front" },
    })),
  );
});

test("if launches read the parameter, Terraform deploys no instance refresh", () => {
  const stack = consumers({ instanceType: "t3.micro", refresh: { minHealthyPercentage: 50 } });
  expect(onlyResource(stack, "aws_autoscaling_group")).not.toHaveProperty("instance_refresh");
});

test("with instance requirements, the image is read at the deployment, and Terraform refreshes the group", () => {
  const stack = consumers({
    instanceRequirements: { vCpus: { min: 2 }, memoryMiB: { min: 4096 } },
    refresh: { minHealthyPercentage: 50 },
  });
  const [parameter] = Object.keys(stack?.data?.["aws_ssm_parameter"] ?? {});
  expect(onlyResource(stack, "aws_launch_template")).toMatchObject({
    image_id: `\${data.aws_ssm_parameter.${parameter}.insecure_value}`,
  });
  expect(onlyResource(stack, "aws_autoscaling_group")).toMatchObject({
    instance_refresh: {
      strategy: "Rolling",
      preferences: { min_healthy_percentage: 50, auto_rollback: true },
    },
  });
});
