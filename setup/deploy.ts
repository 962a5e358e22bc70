import { printing } from "../scripts/cli/output";
import { runCli } from "../scripts/cli/run-cli";

const { leave } = printing([process.stdout, process.stderr], (code) => process.exit(code));

/** `npm run deploy | diff | destroy | synth -- ...`: the commands of `keyferry` with these names, from source. */
void runCli(process.argv.slice(2)).then(leave);
