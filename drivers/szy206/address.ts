/**
 * The five address bytes of a station as 10 hexadecimal digits, from what stands in its papers (SL/T 427-2021 tables 7
 * and 8): `110108-1284` is a region of six digits with a station of 1 to 60000, sent with its low byte first; eight digits
 * are a station code, sent after 00H; ten are the bytes themselves. Undefined when it is none of them.
 */
export function parseAddress(text: string): string | undefined {
  if (/^[0-9A-Fa-f]{10}$/.test(text)) return text.toUpperCase();
  if (/^[0-9A-Fa-f]{8}$/.test(text)) return `00${text.toUpperCase()}`;
  const [, region, station] = /^(\d{6})-(\d{1,5})$/.exec(text) ?? [];
  const number = Number(station);
  if (region === undefined || number < 1 || number > stationMax) return undefined;
  const low = (number & 0xff).toString(16).padStart(2, '0');
  const high = (number >> 8).toString(16).padStart(2, '0');
  return `${region}${low}${high}`.toUpperCase();
}

const stationMax = 60_000;
