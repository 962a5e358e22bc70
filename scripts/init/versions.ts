/** What a new project is built with: the versions that this version of Keyferry is tested with. */
export const PROJECT_DEPENDENCIES = {
  "@cdktf/provider-aws": "20.1.0",
  cdktf: "0.21.0",
  constructs: "10.7.1",
} as const;

export const PROJECT_DEV_DEPENDENCIES = {
  "@types/node": "20.19.24",
  typescript: "5.9.3",
} as const;
