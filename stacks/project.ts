import { resolveTopology } from "../topology/resolve";
import { synthesise } from "./app";
import { configFile, loadConfig } from "./load-config";
import { runApp } from "./run-app";
import { synthSettings } from "./settings";

/**
 * What `main.ts` of a project does: its configuration becomes a topology, the topology becomes stacks, and the process ends. It writes
 * where the framework's tool says, or below `.keyferry/`; a mistake in the configuration is told on standard error, and ends the process with 2.
 * @param directory of the project, absolute: `keyferry.config.ts` is there, unless `KEYFERRY_CONFIG` names another file
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
