/** Topic filters of MQTT (3.1.1 §4.7): levels between `/`, `+` for any one level, `#` at the end for any further ones. */

/**
 * Whether every topic that `other` stands for is one that `filter` stands for; `other` may be a plain topic. Wildcards at
 * the beginning do not reach topics of the broker itself, which begin with `$`.
 */
export function covers(filter: string, other: string): boolean {
  if (other.startsWith('$') && /^[+#]/.test(filter)) return false;
  const wanted = filter.split('/');
  const asked = other.split('/');
  for (const [at, level] of wanted.entries()) {
    // `a/#` stands for `a` as well.
    if (level === '#') return true;
    if (at >= asked.length) return false;
    if (asked[at] === '#' || (level !== '+' && level !== asked[at])) return false;
  }
  return wanted.length === asked.length;
}
