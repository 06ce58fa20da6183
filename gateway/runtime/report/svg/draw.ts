/** Fonts that are on the machine that shows the picture; nothing is loaded. */
export const fontFamily =
  "'Noto Sans CJK SC', 'Source Han Sans SC', 'Microsoft YaHei', 'PingFang SC', 'WenQuanYi Micro Hei', 'DejaVu Sans', Arial, sans-serif";

export const ink = '#1a1a1a';
export const faint = '#5c5c5c';
export const hairline = '#c8c8c8';

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML may hold it; control characters have no place in XML at all. */
export const escaped = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ').replaceAll(/[&<>"]/g, (sign) => entities[sign] as string);

type Attributes = Readonly<Record<string, string | number>>;

const written = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? rounded(value) : escaped(value)}"`)
    .join('');

const rounded = (value: number): number => Math.round(value * 100) / 100;

export const rect = (x: number, y: number, width: number, height: number, attributes: Attributes): string =>
  `<rect${written({ x, y, width, height, ...attributes })}/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
  `<line${written({ x1, y1, x2, y2, ...attributes })}/>`;

export interface TextStyle {
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: 'bold';
  readonly fill?: string;
}

/** `y` is the base line. */
export const text = (x: number, y: number, content: string, { size, anchor, weight, fill = ink }: TextStyle): string =>
  `<text${written({
    x,
    y,
    'font-size': size,
    fill,
    ...(anchor && { 'text-anchor': anchor }),
    ...(weight && { 'font-weight': weight }),
  })}>${escaped(content)}</text>`;

/** Width of a text in px, rather too large than too small: no font can be asked. Han signs take a whole em. */
export function textWidth(content: string, size: number): number {
  let ems = 0;
  for (const sign of content)
    ems += (sign.codePointAt(0) as number) > 0x2e7f ? 1 : /[A-Z0-9mwMW%@]/.test(sign) ? 0.66 : 0.55;
  return ems * size;
}

/** As much of a text as fits, with an ellipsis where something is missing. */
export function fitted(content: string, size: number, width: number): string {
  if (textWidth(content, size) <= width) return content;
  const signs = Array.from(content);
  while (signs.length > 0 && textWidth(`${signs.join('')}…`, size) > width) signs.pop();
  return `${signs.join('').trimEnd()}…`;
}
