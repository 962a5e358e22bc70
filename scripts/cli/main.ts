import { printing } from "./output";
import { runCli } from "./run-cli";

// The SDK's notice about coming Node versions is for those who maintain Keyferry, not for those who run it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

const { leave } = printing([process.stdout, process.stderr], (code) => process.exit(code));

/** The entry of the `keyferry` command: runs when it is loaded. */
void runCli(process.argv.slice(2)).then(leave);
