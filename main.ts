/** Composition root: the configuration becomes a topology, the topology becomes stacks. */
import { configFile, loadConfig, reportMistakes, synthesise, synthSettings } from "./stacks";
import { resolveTopology } from "./topology";

process.exitCode = reportMistakes(
  () => {
    const topology = resolveTopology(loadConfig(configFile(process.env, __dirname)));
    synthesise(topology, synthSettings(process.env, process.cwd()));
  },
  (text) => process.stderr.write(text),
);
