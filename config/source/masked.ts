/** A line of a file as it may be shown: the value of a key that sounds like a secret is not repeated. */
export const masked = (line: string): string =>
  line.replace(/((?:passw|secret|token|密码|口令)[^:：]*[:：]\s*)[^{\s][^,}]*/iu, '$1…');
