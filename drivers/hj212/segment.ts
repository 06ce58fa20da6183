/** HJ 212-2017 §6.3.2: `QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;PNUM=…;PNO=…;CP=&&…&&`, of which a station may leave some out. */

const contentStart = 'CP=&&';
const contentEnd = '&&';
const commandPattern = /^\d{4}$/;
const wholePattern = /^\d{1,4}$/;
/** Longest value before the content; HJ 212-2017 has 24 characters at most. Answers repeat them, and must not grow. */
const headValueMax = 32;

/** Bits of `Flag`, HJ 212-2017 table 4; the six above are the version: 0 is that of 2005, 1 that of 2017. */
const wantsAnswerBit = 1;
const versionShift = 2;

export interface Segment {
  /** When the request was made or the data sent, by the sender's clock: `yyyyMMddHHmmssSSS`. Stations of 2005 leave it out. */
  readonly qn: string | undefined;
  /** Kind of system: 22 air, 31 source of air pollution, 32 of water pollution, 91 the system itself. */
  readonly st: string | undefined;
  /** Command number. */
  readonly cn: string;
  readonly pw: string | undefined;
  readonly mn: string;
  readonly version: number;
  readonly wantsAnswer: boolean;
  /** Which packet of how many; 1 of 1 where nothing is said. */
  readonly packet: { readonly number: number; readonly of: number };
  /** What stands between the `&&`. */
  readonly content: string;
}

/** The parts of a data segment, or in words why it is none. Never throws. */
export function parseSegment(text: string): Segment | string {
  const contentAt = text.indexOf(contentStart);
  if (contentAt < 0) return 'it has no `CP=&&`';
  const from = contentAt + contentStart.length;
  const to = text.lastIndexOf(contentEnd);
  if (to < from) return 'its content does not end in `&&`';
  const head = new Map(
    text
      .slice(0, contentAt)
      .split(';')
      .map((field) => splitOnce(field)),
  );
  const tooLong = [...head].find(([, value]) => value.length > headValueMax);
  if (tooLong) return `its \`${tooLong[0].slice(0, headValueMax)}\` is longer than ${headValueMax} characters`;
  const filled = (key: string): string | undefined => head.get(key) || undefined;
  const [cn, mn] = [filled('CN'), filled('MN')];
  if (cn === undefined || !commandPattern.test(cn)) return 'it has no command number `CN`';
  if (mn === undefined) return 'it does not say which station it is of: `MN`';
  const flag = whole(filled('Flag')) ?? 0;
  const [number, of] = [whole(filled('PNO')) ?? 1, whole(filled('PNUM')) ?? 1];
  if (number < 1 || number > of) return `it is packet ${number} of ${of}`;
  return {
    qn: filled('QN'),
    st: filled('ST'),
    cn,
    pw: filled('PW'),
    mn,
    version: flag >> versionShift,
    wantsAnswer: (flag & wantsAnswerBit) !== 0,
    packet: { number, of },
    content: text.slice(from, to),
  };
}

/** What the gateway sends: never split, so that it has no packet number. */
export type SentSegment = Omit<Segment, 'packet'>;

export function formatSegment({ qn, st, cn, pw, mn, version, wantsAnswer, content }: SentSegment): string {
  const flag = (version << versionShift) | (wantsAnswer ? wantsAnswerBit : 0);
  const head = Object.entries({ QN: qn, ST: st, CN: cn, PW: pw, MN: mn, Flag: String(flag) });
  const fields = head.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  return `${fields.join(';')};${contentStart}${content}${contentEnd}`;
}

/** The part before the first `=` and the part after it. */
export function splitOnce(field: string): [key: string, value: string] {
  const at = field.indexOf('=');
  return at < 0 ? [field.trim(), ''] : [field.slice(0, at).trim(), field.slice(at + 1).trim()];
}

const whole = (text: string | undefined): number | undefined =>
  text !== undefined && wholePattern.test(text) ? Number(text) : undefined;
