const MIB = 1024 ** 2;

/** The largest first. */
const UNITS: readonly (readonly [name: string, bytes: number])[] = [
  ["TiB", 1024 ** 4],
  ["GiB", 1024 ** 3],
  ["MiB", MIB],
];

/** An amount of data for people: `1.5 GiB`, with one decimal if the number is below 10. */
export function byteSize(bytes: number): string {
  const [name, size] = UNITS.find(([, unit]) => bytes >= unit) ?? ["MiB", MIB];
  const amount = bytes / size;
  if (amount < 1) return "less than 1 MiB";
  return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${name}`;
}
