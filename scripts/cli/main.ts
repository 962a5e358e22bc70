import { runProcess } from "./process";

// The SDK's notice about coming Node versions is for those who maintain Keyferry, not for those who run it.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** The entry of the `keyferry` command: runs when it is loaded. */
runProcess();
