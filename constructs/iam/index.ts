export type { IRole } from "./role";
export { RunnerRole, type RunnerRoleProps } from "./runner-role";
