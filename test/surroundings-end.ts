export { tearDown as default } from "./surroundings";
