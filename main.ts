/** Composition root: the configuration becomes a topology, the topology becomes stacks. */
import { configFile, loadConfig, runApp, synthesise, synthSettings } from "./stacks";
import { resolveTopology } from "./topology";

const configuration = configFile(process.env, __dirname);
const tell = (text: string) => process.stderr.write(text);

void runApp(
  {
    read: () => resolveTopology(loadConfig(configuration)),
    write: (topology) => synthesise(topology, synthSettings(process.env, process.cwd(), configuration), tell),
  },
  tell,
);
