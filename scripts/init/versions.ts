/** The framework that a project's stacks are constructs of. */
export type Framework = "cdktf" | "cdktn";

/** What a new project is built with, for each framework: the versions that this version of Keyferry is tested with. */
export const PROJECT_DEPENDENCIES: Readonly<Record<Framework, Readonly<Record<string, string>>>> = {
  cdktf: { "@cdktf/provider-aws": "20.1.0", cdktf: "0.21.0", constructs: "10.7.1" },
  cdktn: { "@cdktn/provider-aws": "25.7.0", cdktn: "0.24.0", constructs: "10.7.1" },
};

export const FRAMEWORKS = Object.keys(PROJECT_DEPENDENCIES) as readonly Framework[];

export const PROJECT_DEV_DEPENDENCIES = {
  "@types/node": "20.19.24",
  typescript: "7.0.2",
} as const;
