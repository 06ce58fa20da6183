/** Where the checksum and the length of a frame stand, and so how to make either wrong. */
interface Places {
  /** Last byte of the checksum, from the end: 1 is the last byte of the frame. */
  readonly checksum: number;
  /** Last byte of the length, from the beginning; undefined where a frame has none. */
  readonly length: (frame: Uint8Array) => number | undefined;
  /** The length is written in decimal digits. */
  readonly isText?: boolean;
  /** How a wrong checksum is told. RTU says nowhere where a frame begins, so that it may be any noise. */
  readonly told: RegExp;
}

export const places = {
  modbus: {
    told: /no right answer .* but \d+ bytes that are none/,
    checksum: 1,
    length: (frame) => ((frame[1] as number) >= 0x80 ? undefined : 2),
  },
  dlt645: { told: /a reply with a wrong checksum came \(..H, should be ..H\)/, checksum: 2, length: () => 9 },
  hj212: { told: /a checksum of [0-9A-F]{4}, should be [0-9A-F]{4}/, checksum: 3, length: () => 5, isText: true },
  sl651: { told: /has a wrong checksum \([0-9A-F]{4}, should be [0-9A-F]{4}\)/, checksum: 1, length: () => 12 },
  szy206: { told: /has a wrong checksum \(..H, should be ..H\)/, checksum: 2, length: () => 1 },
  nmea: { told: /wrong checksum/, checksum: 3, length: () => undefined },
} as const satisfies Readonly<Record<string, Places>>;

export type Protocol = keyof typeof places;

const hexDigits = [...Buffer.from('0123456789ABCDEF')];
const decimalDigits = hexDigits.slice(0, 10);

/** The same frame with each bit of the last byte of its checksum turned in turn, where that is another checksum. */
export function wrongChecksums(protocol: Protocol, frame: Uint8Array): Uint8Array[] {
  const at = frame.length - places[protocol].checksum;
  const isDigit = protocol === 'hj212' || protocol === 'nmea';
  if (isDigit) return hexDigits.map((digit) => withByte(frame, at, digit)).filter(differs(frame));
  return Array.from({ length: 8 }, (_, bit) => withByte(frame, at, (frame[at] as number) ^ (1 << bit)));
}

/** The same frame said to be longer and shorter by a byte, and a good deal longer. */
export function wrongLengths(protocol: Protocol, frame: Uint8Array): Uint8Array[] {
  const { length, isText = false }: Places = places[protocol];
  const at = length(frame);
  if (at === undefined) return [];
  const is = frame[at] as number;
  if (isText) return decimalDigits.map((digit) => withByte(frame, at, digit)).filter(differs(frame));
  return [is - 1, is + 1, is + 9].filter((byte) => byte >= 0 && byte <= 0xff).map((byte) => withByte(frame, at, byte));
}

function withByte(frame: Uint8Array, at: number, byte: number): Uint8Array {
  const changed = Uint8Array.from(frame);
  changed[at] = byte;
  return changed;
}

const differs =
  (frame: Uint8Array) =>
  (changed: Uint8Array): boolean =>
    changed.some((byte, at) => byte !== frame[at]);
