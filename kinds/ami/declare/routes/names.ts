/** The routes between which `keyferry plan --write` chooses for a destination with the route `auto`. */
export const CHOSEN_ROUTES = ["copy-image", "store-restore"] as const;
export type ChosenRoute = (typeof CHOSEN_ROUTES)[number];

/**
 * Routes that are never chosen. `register-image` needs the same as `copy-image` and keeps less; `share` creates nothing in the destination,
 * which would then depend on the source's account.
 */
export type ImageRoute = ChosenRoute | "register-image" | "share";
