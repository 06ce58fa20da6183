/** Levels of lists and objects within one another; what is deeper is refused, for it could not be written again. */
const depthMax = 32;

/** The value of a JSON text in UTF-8. Throws a sentence when it is none, or is nested too deep. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8').decode(bytes);
  if (isTooDeep(text)) throw new SyntaxError(`the JSON is nested deeper than ${depthMax} levels`);
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new SyntaxError('the body is no JSON', { cause });
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (isText && letter === '\\') at += 1;
    else if (letter === '"') isText = !isText;
    else if (!isText && (letter === '[' || letter === '{')) depth += 1;
    else if (!isText && (letter === ']' || letter === '}')) depth -= 1;
    if (depth > depthMax) return true;
  }
  return false;
}
