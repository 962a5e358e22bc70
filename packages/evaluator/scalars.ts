/** How condition values are read as numbers and dates; NaN, which never compares as equal, for any other text. */

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** From the year to fractions of a second, as in the W3C profile of ISO 8601. */
const ISO_DATE = /^\d{4}(-\d\d(-\d\d)?)?$/;
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/;
const EPOCH_SECONDS = /^\d{5,}(\.\d+)?$/;

export function number(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN;
}

/** Seconds since 1970, from an ISO 8601 date or as given; four digits are a year, a time without a zone is UTC. */
export function seconds(text: string): number {
  if (EPOCH_SECONDS.test(text)) return Number(text);
  if (ISO_DATE.test(text)) return Date.parse(text) / 1000;
  const zone = ISO_TIME.exec(text)?.[3];
  if (zone !== undefined) return Date.parse(text) / 1000;
  return ISO_TIME.test(text) ? Date.parse(`${text}Z`) / 1000 : Number.NaN;
}
