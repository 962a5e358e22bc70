import { runCli } from "./run-cli";

/** The entry of the `keyferry` command: runs when it is loaded. */
void runCli(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
