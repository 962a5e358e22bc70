import { resolveTopology } from "../topology/resolve";
import { synthesise } from "./app";
import { configFile, loadConfig } from "./load-config";
import { runApp } from "./run-app";
import { synthSettings } from "./settings";

/**
 * The work of a project's `main.ts`: reads the configuration, writes the stacks of its topology, and ends the process. It writes
 * into the framework's output directory, or below `.keyferry/`. A mistake in the configuration is printed on standard error, and the exit code is 2.
 * @param directory of the project, absolute; it contains `keyferry.config.ts`, unless `KEYFERRY_CONFIG` names another file
 */
export function synthesiseProject(directory: string): Promise<void> {
  const configuration = configFile(process.env, directory);
  const tell = (text: string) => process.stderr.write(text);
  return runApp(
    {
      read: () => resolveTopology(loadConfig(configuration)),
      write: (topology) =>
        synthesise(topology, synthSettings(process.env, process.cwd(), configuration), tell),
    },
    tell,
  );
}
