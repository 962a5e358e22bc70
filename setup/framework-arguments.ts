/** The framework's commands that go through set-up. */
export const FRAMEWORK_COMMANDS = ["synth", "diff", "deploy", "destroy", "output"] as const;
export type FrameworkCommand = (typeof FRAMEWORK_COMMANDS)[number];

/** What the tool's arguments depend on besides the user's. */
export interface Surroundings {
  /** Absolute; where the stacks are synthesised. */
  readonly synthDir: string;
  /** Stacks that are deployed at a time. */
  readonly stacksAtOnce: number;
  readonly onTerminal: boolean;
}

interface Default {
  /** The option's name, and its short form if it has one. */
  readonly names: readonly string[];
  readonly commands: readonly FrameworkCommand[];
  readonly add: (surroundings: Surroundings) => readonly string[];
}

const DEFAULTS: readonly Default[] = [
  {
    names: ["--output", "-o"],
    commands: FRAMEWORK_COMMANDS,
    add: ({ synthDir }) => ["--output", synthDir],
  },
  {
    names: ["--parallelism"],
    commands: ["deploy", "destroy"],
    add: ({ stacksAtOnce }) => ["--parallelism", String(stacksAtOnce)],
  },
  {
    names: ["--no-color"],
    commands: ["diff", "deploy", "destroy"],
    add: ({ onTerminal }) => (onTerminal ? [] : ["--no-color"]),
  },
];

/** The tool's whole command line for one command; an option that the user gives is left as given. */
export function frameworkArguments(
  command: FrameworkCommand,
  args: readonly string[],
  surroundings: Surroundings,
): string[] {
  const defaults = DEFAULTS.filter(
    ({ names, commands }) => commands.includes(command) && !isGiven(args, names),
  );
  return [command, ...args, ...defaults.flatMap(({ add }) => add(surroundings))];
}

function isGiven(args: readonly string[], names: readonly string[]): boolean {
  return args.some((arg) => names.some((name) => arg === name || arg.startsWith(`${name}=`)));
}
