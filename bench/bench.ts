/** One measurement, as a row of the table. */
export interface Measurement {
  /** What was measured. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The project's target; printed next to the value. */
  readonly aim?: string;
}

/** Measures something; prints nothing. */
export type Bench = () => readonly Measurement[] | Promise<readonly Measurement[]>;

/**
 * Microseconds of processor time for one of many runs, after some runs that only warm up the engine. Processor time and not
 * elapsed time, so that other programs on the machine do not count.
 */
export function microsecondsEach(runs: number, run: (index: number) => void, warmUp = runs / 10): number {
  for (let index = 0; index < warmUp; index++) run(index);
  const startedAt = process.cpuUsage();
  for (let index = 0; index < runs; index++) run(index);
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / runs;
}
