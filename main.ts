import { synthesiseProject } from "./stacks/project";

/** What `keyferry deploy` and `cdktf deploy` run: the topology of `keyferry.config.ts` becomes stacks. */
void synthesiseProject(__dirname);
