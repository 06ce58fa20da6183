/** The check HJ 212-2017 annex A prints, bit by bit. */
export function crcOf(text: string): string {
  let register = 0xffff;
  for (const letter of Buffer.from(text, 'latin1')) {
    register = (register >> 8) ^ letter;
    for (let bit = 0; bit < 8; bit += 1) {
      const lowest = register % 2;
      register = Math.floor(register / 2);
      if (lowest === 1) register ^= 0xa001;
    }
  }
  return `000${register.toString(16).toUpperCase()}`.slice(-4);
}

/** A message on the wire. */
export const packed = (text: string): Buffer =>
  Buffer.from(`##${String(text.length).padStart(4, '0')}${text}${crcOf(text)}\r\n`, 'latin1');

/** A message of the upper computer, as a station's receiver takes it. */
export interface Order {
  readonly qn: string;
  readonly cn: string;
  readonly pw: string;
  readonly mn: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const orderPattern = /##(\d{4})(.*?)([0-9A-F]{4})\r\n/s;

/** Takes whole messages from a stream of bytes. What has a wrong length or check is passed over. */
export class OrderReceiver {
  #pending = '';

  push(bytes: Buffer): Order[] {
    this.#pending += bytes.toString('latin1');
    const orders: Order[] = [];
    for (;;) {
      const match = orderPattern.exec(this.#pending);
      if (!match) return orders;
      this.#pending = this.#pending.slice(match.index + match[0].length);
      const [, length, text = '', crc] = match;
      if (Number(length) === text.length && crc === crcOf(text)) orders.push(orderFrom(text));
    }
  }
}

function orderFrom(text: string): Order {
  const [head = '', content = ''] = text.split('CP=&&');
  const of = fieldsOf(head);
  const parameters = fieldsOf(content.replace(/&&$/, ''));
  // The version of 2005 has the number of what it answers among the parameters.
  const qn = of['QN'] ?? parameters['QN'] ?? '';
  return { qn, cn: of['CN'] ?? '', pw: of['PW'] ?? '', mn: of['MN'] ?? '', parameters };
}

const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .split(/[;,]/)
      .filter((field) => field.includes('='))
      .map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );

const hour = 3_600_000;
/** Where these stations stand. */
const aheadMs = 8 * hour;

/** `yyyyMMddHHmmssSSS` of the place. */
export const localStamp = (utcMs: number): string => new Date(utcMs + aheadMs).toISOString().replaceAll(/[-:TZ.]/g, '');

export const localSecond = (utcMs: number): string => localStamp(utcMs).slice(0, 14);

export function utcFrom(stamp: string): number {
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(\d{6})/.exec(stamp) ?? [];
  const clock = (time ?? '').replace(/(\d\d)(\d\d)(\d\d)/, '$1:$2:$3');
  return Date.parse(`${year}-${month}-${day}T${clock}+08:00`);
}
