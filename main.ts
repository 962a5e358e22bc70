/** Composition root: the configuration becomes a topology, the topology becomes stacks. */
import { synthesise } from "./stacks/app";
import { configFile, loadConfig } from "./stacks/load-config";
import { runApp } from "./stacks/run-app";
import { synthSettings } from "./stacks/settings";
import { resolveTopology } from "./topology/resolve";

const configuration = configFile(process.env, __dirname);
const tell = (text: string) => process.stderr.write(text);

void runApp(
  {
    read: () => resolveTopology(loadConfig(configuration)),
    write: (topology) => synthesise(topology, synthSettings(process.env, process.cwd(), configuration), tell),
  },
  tell,
);
