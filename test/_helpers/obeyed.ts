/** What a terminal obeys instead of showing it: the categories of Unicode, so that nothing is copied from the code. */
export const OBEYED = /(?![\n\t])\p{Cc}|\p{Bidi_Control}/u;
