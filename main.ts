import { synthesiseProject } from "./stacks/project";

/** The app that `keyferry deploy` and `cdktf deploy` run: creates stacks from the topology in `keyferry.config.ts`. */
void synthesiseProject(__dirname);
