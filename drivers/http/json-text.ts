/** Levels of lists and objects within one another; what is deeper is refused, for it could not be written again. */
const depthMax = 32;

/**
 * The value of a JSON text, in UTF-8 or in the charset its `Content-Type` names. Integers a number cannot hold (beyond
 * 2^53: RFC 8259 §6) come as text, for ids of 19 digits must not become the same. Throws a sentence when it is none, is
 * no text of its charset, or is nested too deep.
 */
export function parseJson(bytes: Uint8Array, contentType?: string): unknown {
  const text = decoded(bytes, charsetOf(contentType));
  const { depth, quoted } = scan(text);
  if (depth > depthMax) throw new SyntaxError(`the JSON is nested deeper than ${depthMax} levels`);
  try {
    const json = JSON.parse(text) as unknown;
    return quoted === undefined ? json : (JSON.parse(quoted) as unknown);
  } catch (cause) {
    throw new SyntaxError('the body is no JSON', { cause });
  }
}

const charsetOf = (contentType = ''): string => /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';

function decoded(bytes: Uint8Array, charset: string): string {
  const decoder = decoderOf(charset);
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const remedy = 'send UTF-8, or name the charset in Content-Type';
    throw new SyntaxError(`the body is no text in ${charset}; ${remedy}`, { cause });
  }
}

function decoderOf(charset: string) {
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch (cause) {
    throw new SyntaxError(`the charset ${charset} of the body is not known; send UTF-8`, { cause });
  }
}

/** How deep the text is nested, and the text with unsafe integers quoted, where it has any. */
function scan(text: string): { readonly depth: number; readonly quoted: string | undefined } {
  const parts: string[] = [];
  let [depth, deepest, taken] = [0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] as string;
    if (letter === '"') at = textEnd(text, at);
    else if (letter === '[' || letter === '{') deepest = Math.max(deepest, (depth += 1));
    else if (letter === ']' || letter === '}') depth -= 1;
    else if (isNumeric(letter)) {
      const start = at;
      while (at + 1 < text.length && isNumeric(text[at + 1] as string)) at += 1;
      const word = text.slice(start, at + 1);
      if (!isUnsafeInteger(word)) continue;
      parts.push(text.slice(taken, start), '"', word, '"');
      taken = at + 1;
    }
  }
  return { depth: deepest, quoted: taken === 0 ? undefined : parts.join('') + text.slice(taken) };
}

/** Where the quote stands that ends a text; the end of all where none does. */
function textEnd(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

const isNumeric = (letter: string): boolean => /[-+.\deE]/.test(letter);

const isUnsafeInteger = (word: string): boolean => /^-?\d{16,}$/.test(word) && !Number.isSafeInteger(Number(word));
