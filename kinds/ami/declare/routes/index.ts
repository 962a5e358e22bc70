export type { ImageRouteFacts, RoutedImage } from "./facts";
export { CHOSEN_ROUTES, type ChosenRoute, type ImageRoute } from "./names";
export { IMAGE_ROUTES } from "./table";
