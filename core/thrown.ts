import { types } from "node:util";

/** Why a program of the user's failed, for any thrown value: text, undefined, or an object that cannot be read safely. */
export function thrownText(thrown: unknown): string {
  const text = isReadable(thrown)
    ? messageOf(thrown)
    : `${typeof thrown === "function" ? "a function" : "an object"} was thrown`;
  // Without the require stack that Node.js adds.
  return text.split("\nRequire stack:", 1).join("");
}

/** Whether reading the value's properties cannot run code of the user's. */
function isReadable(thrown: unknown): boolean {
  if (typeof thrown === "function") return false;
  if (typeof thrown !== "object" || thrown === null) return true;
  return types.isNativeError(thrown) && !types.isProxy(thrown) && hasPlainMessage(thrown);
}

function hasPlainMessage(error: Error): boolean {
  const own = Object.getOwnPropertyDescriptor(error, "message");
  return own === undefined || typeof own.value === "string";
}

function messageOf(thrown: unknown): string {
  if (!types.isNativeError(thrown)) return `${String(thrown)} was thrown`;
  const { value } = Object.getOwnPropertyDescriptor(thrown, "message") ?? { value: "" };
  return value === "" ? "an error without a message was thrown" : String(value);
}
