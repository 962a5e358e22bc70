export { tearDown as default } from "./temporary-directory";
