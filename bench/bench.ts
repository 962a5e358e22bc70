/** One figure, as the table prints it. */
export interface Measurement {
  /** What was done, how often. */
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What the project holds itself to; printed beside the value. */
  readonly aim?: string;
}

/** Measures something; prints nothing. */
export type Bench = () => readonly Measurement[] | Promise<readonly Measurement[]>;

/**
 * Microseconds of processor time that one of many runs takes, after some that only warm the engine up. Processor time, not
 * time on the wall: other programs on the machine must not count.
 */
export function microsecondsEach(runs: number, run: (index: number) => void, warmUp = runs / 10): number {
  for (let index = 0; index < warmUp; index++) run(index);
  const startedAt = process.cpuUsage();
  for (let index = 0; index < runs; index++) run(index);
  const { user, system } = process.cpuUsage(startedAt);
  return (user + system) / runs;
}
