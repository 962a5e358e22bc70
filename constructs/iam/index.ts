export { RunnerRole, type RunnerRoleProps } from "./runner-role";
