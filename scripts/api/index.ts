/**
 * Keyferry's commands as functions: progress is reported as events, the result is data. They print nothing, never end the process,
 * and do not change its environment, signals or umask.
 */
export { plan, type PlanOptions } from "./plan";
export { routes, type RoutesOptions } from "./routes";
export { run, type RunOptions } from "./run";
export type { RunResult } from "./changing";
export { audit, type AuditOptions } from "./audit";
export { verify, type VerifyOptions } from "./verify";
export { clean, type CleanOptions } from "./clean";
export { doctor, type DoctorOptions } from "./doctor";
export { status, type StatusOptions } from "./status";
export { replicateExisting, type ExistingOptions } from "./replicate/existing";
export { reEncryptObjects } from "./replicate/re-encrypt";
export { verifyReplicas, type VerifyReplicasOptions } from "./replicate/verify";
export { replicationStatus } from "./replicate/status";
export type { BucketRuleOptions, JobOptions } from "./replicate/options";
export { rekey, type RekeyOptions } from "./rekey";
export { review, reviewRefs, type CopyPlans, type ReviewOptions, type ReviewRefsOptions } from "./review";
export type { CopyPlan, Finding as ReviewFinding, Review, ReviewSettings } from "../../review";
export { planRollback, rollback } from "./rollback";
export { rollout, type RolloutOptions } from "./rollout";
export type { RollbackRequest } from "../commands/rollback-plan";
export type { Examination } from "../commands/examine";
export type { Finding } from "../engine/finding";
export type * from "../engine/results";
export type { CommonOptions, OnlyOptions, ProjectOptions, SourceOptions } from "./options";
export type { ApiEvent, CommandStarted } from "./events";
export type { RunEvent } from "../engine/events";
export type { World } from "./world";
export { ConfigurationError, isKeyferryError, KeyferryError, type Problem } from "../../core/errors";
export { PreflightRefused, type Refusal } from "../engine/errors";
export { AwsCallError, type AwsAnswer, type CallSite } from "../aws";
export { explainAwsAnswer, type Explanation } from "../engine/explain";
export { defineTopology, resolveTopology, type Topology, type TopologyInput } from "../../topology";
