import { INTERNAL_ERROR, LargeObject } from "../test/_helpers/large-object";
import type { Bench } from "./bench";
import { collectGarbage } from "./collect-garbage";

/** Size of the largest image that EC2 stores. Source: EC2 user guide, "Store and restore an AMI using S3". */
const BYTES = 5e12;
const MIB = 1024 ** 2;
/** Parts between two measurements of the memory. */
const BETWEEN = 500;
/** A part that S3 fails to copy once. */
const FAILING = 5_000;

/** Copies an object of 5,000 GB as a run does, with the real SDK, from an S3 in this process; the bytes are not real. */
export const objectBench: Bench = async () => {
  const s3 = new LargeObject(BYTES);
  const held: number[] = [];
  s3.onCopied = (parts) => {
    if (parts % BETWEEN !== 0) return;
    collectGarbage();
    held.push(process.memoryUsage().heapUsed);
  };
  s3.refuses = (part, times) => (part === FAILING && times === 1 ? INTERNAL_ERROR : undefined);
  s3.partMilliseconds = 20;
  await s3.start();
  try {
    const before = process.cpuUsage();
    await s3.push();
    const { user, system } = process.cpuUsage(before);
    const requests = [...s3.asked.values()].reduce((sum, times) => sum + times, 0);
    const [first = NaN] = held;
    return [
      { what: "bytes that have arrived", value: (s3.arrived ?? NaN) / 1e9, unit: "GB", aim: "5000" },
      { what: "parts", value: s3.asked.size, unit: "parts", aim: "at most 10000" },
      { what: "maximum copied at the same time", value: s3.atOnce, unit: "parts", aim: "16" },
      {
        what: "requested again, after one failure",
        value: requests - s3.asked.size,
        unit: "parts",
        aim: "1",
      },
      { what: "processor time, including this S3's", value: (user + system) / 1e6, unit: "s" },
      {
        what: `memory growth after the first ${BETWEEN} parts`,
        value: ((held.at(-1) ?? NaN) - first) / MIB,
        unit: "MiB",
        aim: "< 5",
      },
      { what: "maximum memory of the whole process", value: Math.max(...held) / MIB, unit: "MiB" },
    ];
  } finally {
    await s3.stop();
  }
};
