import type { Argument, Command, Option } from "commander";
import { buildProgram } from "../scripts/cli/program";
import { systemHost } from "../scripts/cli/system-host";

const BEGIN = "<!-- commands: written by npm run docs -->";
const END = "<!-- end of commands -->";

/** Options that the page describes once, for all commands. */
const COMMON = new Set(["--config", "--json", "--help"]);

/** A page with every command, its arguments and options between two marks, as `--help` prints them. */
export function withCommands(page: string): string {
  const program = buildProgram(systemHost, () => undefined);
  const commands = program.commands.filter((command) => command.name() !== "help");
  const groups = [...new Set(commands.map((command) => command.helpGroup()))];
  const written = groups.flatMap((group) => [
    `## ${group.replace(/:$/, "")}`,
    ...commands
      .filter((command) => command.helpGroup() === group)
      .flatMap((command) => sectionsOf(command, "keyferry")),
  ]);
  const before = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
  return [before, ...written, page.slice(page.indexOf(END))].join("\n\n");
}

function sectionsOf(command: Command, parent: string): readonly string[] {
  const name = `${parent} ${command.name()}`;
  const argumentsOf = command.registeredArguments.map((argument) => ` ${shown(argument)}`).join("");
  const rows = [
    ...command.registeredArguments
      .filter(({ description }) => description !== "")
      .map((argument) => row(shown(argument), argument.description)),
    ...command.options
      .filter(({ long }) => !COMMON.has(long ?? ""))
      .map((option) => row(option.flags, said(option))),
  ];
  return [
    `### \`${name}${argumentsOf}\``,
    sentence(command.description()),
    ...(rows.length === 0 ? [] : [["| Option | Meaning |", "| --- | --- |", ...rows].join("\n")]),
    ...command.commands.flatMap((inner) => (inner.name() === "help" ? [] : sectionsOf(inner, name))),
  ];
}

function shown(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

function said({ description, argChoices }: Option): string {
  return argChoices === undefined ? description : `${description}; one of: ${argChoices.join(", ")}`;
}

function row(name: string, description: string): string {
  return `| \`${cell(name)}\` | ${cell(description)} |`;
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replace(/\|/g, "\\|");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
