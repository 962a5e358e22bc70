import { FROM_ONE_ACCOUNT, largeInput } from "./large-topology";

/** The configuration of a user with 1,900 copy jobs. */
export default largeInput(FROM_ONE_ACCOUNT);
