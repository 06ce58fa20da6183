const quotes: Readonly<Record<string, string>> = { '“': '"', '”': '"', '‘': "'", '’': "'" };
const others: Readonly<Record<string, string>> = {
  '\u3000': ' ',
  '\u00a0': ' ',
  '、': ',',
  '。': '.',
  '【': '[',
  '】': ']',
  '—': '-',
  '–': '-',
  '−': '-',
  '×': '*',
  '÷': '/',
  '～': '~',
};

/** Most text by far, and there is nothing to do. */
const isAscii = /^[\x20-\x7e]*$/;

/** What a Chinese input method left in place of ASCII: full-width forms (U+FF01–FF5E), quotes, spaces, dashes. */
export function toAscii(text: string): string {
  if (isAscii.test(text)) return text;
  return Array.from(text, (character) => {
    const code = character.codePointAt(0) as number;
    if (code >= 0xff01 && code <= 0xff5e) return String.fromCodePoint(code - 0xfee0);
    return quotes[character] ?? others[character] ?? character;
  }).join('');
}

/** True when a technician may have meant something else than is written. */
export const hasFullWidth = (text: string): boolean => toAscii(text) !== text;

/** Full-width letters, digits and signs alone: what never belongs into a name or a number. */
export const hasFullWidthForms = (text: string): boolean => /[\uff01-\uff5e\u3000\u00a0]/.test(text);
