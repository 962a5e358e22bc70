const MIB = 1024 ** 2;

/** From the largest down. */
const UNITS: readonly (readonly [name: string, bytes: number])[] = [
  ["TiB", 1024 ** 4],
  ["GiB", 1024 ** 3],
  ["MiB", MIB],
];

/** An amount of data as people read it: `1.5 GiB`, with one decimal where it is less than 10 of its unit. */
export function byteSize(bytes: number): string {
  const [name, size] = UNITS.find(([, unit]) => bytes >= unit) ?? ["MiB", MIB];
  const amount = bytes / size;
  if (amount < 1) return "less than 1 MiB";
  return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${name}`;
}
