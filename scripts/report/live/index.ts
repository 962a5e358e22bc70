export { CopyBoard } from "./board";
export { frame, type FrameSize } from "./frame";
