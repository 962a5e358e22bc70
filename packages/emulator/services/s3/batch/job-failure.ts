import { AwsError } from "../../../contract";

/** Why a whole job ends in `Failed`. AWS documents these cases; codes and texts are ours. */
export class JobFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = JobFailure.name;
  }

  /** Runs a step; if AWS refuses it, the job fails. */
  static async instead<T>(code: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw error instanceof AwsError ? new JobFailure(code, error.message) : error;
    }
  }
}
