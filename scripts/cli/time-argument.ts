import { InvalidArgumentError } from "commander";

/** Parses an option's time. @throws InvalidArgumentError if it is not a time */
export function time(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError("It must be a time such as 2027-01-31T00:00:00Z.");
  return date;
}
