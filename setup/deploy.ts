import { runProcess } from "../scripts/cli/process";

/** `npm run deploy | diff | destroy | synth -- ...`: the commands of `keyferry` with these names, from source. */
runProcess();
