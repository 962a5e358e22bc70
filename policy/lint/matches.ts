const STAR = "*";

/** Whether the whole text matches a pattern with `*` and `?`. Greedy with one point of return, so never exponential. */
export function matches(pattern: string, text: string): boolean {
  let at = 0;
  let token = 0;
  let star = -1;
  let resumeAt = 0;
  while (at < text.length) {
    if (pattern[token] === STAR) {
      star = token++;
      resumeAt = at;
    } else if (pattern[token] === "?" || pattern[token] === text[at]) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resumeAt;
    } else {
      return false;
    }
  }
  return [...pattern.slice(token)].every((rest) => rest === STAR);
}
