/** Characters that a terminal interprets instead of displaying: by Unicode categories, independently of the implementation. */
export const OBEYED = /(?![\n\t])\p{Cc}|\p{Bidi_Control}/u;
