/** How characters are framed on a serial line. */
export interface CharacterFormat {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
}

/** Characters that somebody puts on a two-wire line. */
export interface Transmission {
  readonly fromMs: number;
  readonly bytes: Uint8Array;
  readonly format: CharacterFormat;
  /** The sender's A and B are swapped. */
  readonly isSwapped?: boolean;
}

/** Somebody who listens to the line. */
export interface Ear {
  readonly format: CharacterFormat;
  readonly isSwapped?: boolean;
}

/** A character that a receiver takes for one. */
export interface HeardByte {
  readonly atMs: number;
  readonly byte: number;
}

const bitMs = ({ baud }: CharacterFormat): number => 1000 / baud;

const ones = (byte: number): number => byte.toString(2).replaceAll('0', '').length;

const parityBits = (byte: number, { parity }: CharacterFormat): number[] =>
  parity === 'none' ? [] : [(ones(byte) + (parity === 'odd' ? 1 : 0)) & 1];

function characterBits(byte: number, format: CharacterFormat): number[] {
  const data = Array.from({ length: format.dataBits }, (_, n) => (byte >> n) & 1);
  return [0, ...data, ...parityBits(byte, format), ...Array.from({ length: format.stopBits }, () => 1)];
}

/** The levels of a transmission, one a bit; 1 is mark. */
const levelsOf = ({ bytes, format, isSwapped }: Transmission): number[] =>
  [...bytes].flatMap((byte) => characterBits(byte, format)).map((bit) => (isSwapped ? 1 - bit : bit));

/** When the last bit of a transmission has passed. */
export const endOf = (transmission: Transmission): number =>
  transmission.fromMs + levelsOf(transmission).length * bitMs(transmission.format);

interface Wave {
  readonly fromMs: number;
  readonly bitMs: number;
  readonly levels: readonly number[];
}

/** Level of the line: mark where nobody drives it (bias), space where one of several does. */
function levelAt(waves: readonly Wave[], atMs: number): number {
  return waves.every(({ fromMs, bitMs: width, levels }) => levels[Math.floor((atMs - fromMs) / width)] !== 0) ? 1 : 0;
}

/**
 * What a receiver makes of a line, bit by bit: it waits for a start bit, samples the middle of each bit, drops
 * characters whose parity or stop bit is wrong, and takes a space that lasts a whole character for a break, which
 * systems deliver as one zero. Speeds that do not match, parities that do not match, swapped wires and senders that
 * speak at the same time all come out as they do in the field.
 */
export function hear(transmissions: readonly Transmission[], { format, isSwapped }: Ear): HeardByte[] {
  const waves = transmissions.map((one) => ({
    fromMs: one.fromMs,
    bitMs: bitMs(one.format),
    levels: levelsOf(one),
  }));
  if (waves.length === 0) return [];
  const width = bitMs(format);
  const edges = waves
    .flatMap(({ fromMs, bitMs: step, levels }) => [...levels, 1].map((_, n) => fromMs + n * step))
    .toSorted((a, b) => a - b);
  const line = (atMs: number): number => levelAt(waves, atMs) ^ (isSwapped ? 1 : 0);
  const justAfter = (atMs: number): number => line(atMs + 1e-6);
  const heard: HeardByte[] = [];
  let freeMs = Number.NEGATIVE_INFINITY;
  let wasMark = line((edges[0] as number) - 1) === 1;
  for (const edge of edges) {
    if (edge < freeMs) continue;
    const isMark = justAfter(edge) === 1;
    if (wasMark && !isMark) {
      const { byte, endMs } = character(edge, line, format);
      if (byte !== undefined) heard.push({ atMs: endMs, byte });
      freeMs = endMs - width / 4;
      wasMark = line(freeMs) === 1;
    } else wasMark = isMark;
  }
  return heard;
}

function character(
  startMs: number,
  line: (atMs: number) => number,
  format: CharacterFormat,
): { readonly byte: number | undefined; readonly endMs: number } {
  const width = bitMs(format);
  const sample = (bit: number): number => line(startMs + (bit + 0.5) * width);
  let byte = 0;
  for (let n = 0; n < format.dataBits; n += 1) byte |= sample(1 + n) << n;
  const parity = parityBits(byte, format);
  const stopAt = 1 + format.dataBits + parity.length;
  const endMs = startMs + (stopAt + 1) * width;
  if (sample(0) !== 0) return { byte: undefined, endMs: startMs + width };
  const isBreak = byte === 0 && sample(stopAt) === 0;
  const isRight = sample(stopAt) === 1 && parity.every((bit) => bit === sample(1 + format.dataBits));
  return { byte: isRight || isBreak ? byte : undefined, endMs };
}
