import type { Service } from "./contract";

/** `npm run docs` writes the text between these lines of the README. */
export const BEGIN = "<!-- operations: written by `npm run docs` from the services' tables -->";
export const END = "<!-- end of operations -->";

/**
 * The README with its operations section updated from the tables.
 * @throws TypeError when the lines that mark the section are missing
 */
export function withOperations(readme: string, services: readonly Service[]): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new TypeError(`the README has no section ${BEGIN}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${operationsText(services)}\n\n${readme.slice(end)}`;
}

/** Every operation of every service, grouped by which program answers it; an operation that is not listed is refused. */
export function operationsText(services: readonly Service[]): string {
  return services.map(sectionOf).join("\n\n");
}

function sectionOf({ name, operations, forwarded }: Service): string {
  const own = Object.keys(operations);
  const passed = Object.keys(forwarded).filter((operation) => !own.includes(operation));
  return [
    `### ${name}`,
    ...paragraph("Enforced: answered here", own),
    ...paragraph("Stored: authorised here, then answered by moto", passed),
    ...parametersOf(operations),
  ].join("\n\n");
}

function paragraph(title: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const listed = [...names].sort().map((name) => `\`${name}\``);
  return [`${title} (${names.length}). ${listed.join(", ")}.`];
}

/** The supported parameters of each operation that refuses a call with any other parameter. */
function parametersOf(operations: Service["operations"]): readonly string[] {
  const lines = Object.entries(operations)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { parameters }]) =>
      parameters === undefined ? [] : [`- \`${name}\`: ${[...parameters].sort().join(", ") || "none"}`],
    );
  return lines.length === 0
    ? []
    : ["Parameters, as the Query protocol names them; a call with any other is refused:", lines.join("\n")];
}
