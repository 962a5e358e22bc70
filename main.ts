/** Composition root: the configuration becomes a topology, the topology becomes stacks. */
import { configFile, loadConfig, reportMistakes, synthesise, synthSettings } from "./stacks";
import { resolveTopology } from "./topology";

const write = (text: string) => process.stderr.write(text);

process.exitCode = reportMistakes(() => {
  const configuration = configFile(process.env, __dirname);
  const topology = resolveTopology(loadConfig(configuration));
  synthesise(topology, synthSettings(process.env, process.cwd(), configuration), write);
}, write);
