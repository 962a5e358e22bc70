export { synthesise } from "./app";
export { ConsumersStack } from "./consumers-stack";
export { FoundationAccessStack } from "./foundation-access-stack";
export { FoundationKeysStack } from "./foundation-keys-stack";
export { configFile, loadConfig } from "./load-config";
export { synthesiseProject } from "./project";
export { reportMistakes } from "./report";
export { runApp } from "./run-app";
export { synthSettings, type SynthSettings } from "./settings";
