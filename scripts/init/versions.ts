/** The framework of a project's stacks. */
export type Framework = "cdktf" | "cdktn";

/** The dependencies of a new project for each framework, in the versions with which this version of Keyferry is tested. */
export const PROJECT_DEPENDENCIES: Readonly<Record<Framework, Readonly<Record<string, string>>>> = {
  cdktf: { "@cdktf/provider-aws": "20.1.0", cdktf: "0.21.0", constructs: "10.7.1" },
  cdktn: { "@cdktn/provider-aws": "25.7.0", cdktn: "0.24.0", constructs: "10.7.1" },
};

export const FRAMEWORKS = Object.keys(PROJECT_DEPENDENCIES) as readonly Framework[];

export const PROJECT_DEV_DEPENDENCIES = {
  "@types/node": "20.19.24",
  typescript: "7.0.2",
} as const;
