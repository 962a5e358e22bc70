import { runCli } from "./run-cli";

// The SDK's notice about coming Node versions is for those who maintain Keyferry, not for those who run it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** The entry of the `keyferry` command: runs when it is loaded. */
void runCli(process.argv.slice(2)).then((exitCode) => process.exit(exitCode));
