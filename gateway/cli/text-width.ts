/** Signs that take two columns of a terminal: Han, kana, full-width forms (Unicode UAX #11, W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;
const zeroWidth = /\p{Mark}/u;

/** Columns one sign takes. */
const signWidth = (sign: string): number => (wide.test(sign) ? 2 : zeroWidth.test(sign) ? 0 : 1);

/** Columns a text takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += signWidth(sign);
  return width;
}

/** Signs that may not begin a line of Chinese text. */
const clings = /[，。；：！？、）】》…%”]/u;

/** Signs that may not end one. */
const opens = /[（【《“‘]/u;

/** Words with the marks that follow them, and spaces; what stands in back quotes is one word: it is to be copied whole. */
const wordPattern = /\s+|`[^`]*`\p{P}*|[^\s`]+|`/gu;

/** Pieces a line may break between: words, and each wide sign by itself. */
function pieces(text: string): string[] {
  return (text.match(wordPattern) ?? []).flatMap((word) => (word.startsWith('`') ? [word] : wideEdges(word)));
}

/** A word broken beside its wide signs. */
function wideEdges(word: string): string[] {
  const found: string[] = [];
  let piece = '';
  for (const sign of word) {
    const last = piece.at(-1);
    const isWideEdge = last !== undefined && (signWidth(sign) === 2 || signWidth(last) === 2);
    if (isWideEdge && !clings.test(sign) && !opens.test(last)) {
      found.push(piece);
      piece = '';
    }
    piece += sign;
  }
  return [...found, piece];
}

/** Breaks a text into lines of at most `columns`, each after the first behind `indent`. A longer word stays whole. */
export function wrapText(text: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = lines.length === 0 ? '' : indent;
    for (const piece of pieces(paragraph)) {
      const isFull = line.trim() !== '' && textWidth(line + piece.trimEnd()) > columns;
      if (isFull) {
        lines.push(line.trimEnd());
        line = indent + piece.trimStart();
      } else line += piece;
    }
    lines.push(line.trimEnd());
  }
  return lines.join('\n');
}

export const padEnd = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - textWidth(text)));

export const padStart = (text: string, columns: number): string =>
  ' '.repeat(Math.max(0, columns - textWidth(text))) + text;
