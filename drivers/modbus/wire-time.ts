/** What an exchange costs on one link. */
export interface WireTiming {
  /** ms one byte takes. */
  readonly byteMs: number;
  /** ms the line is silent before each request. */
  readonly turnaroundMs: number;
  /** ms a unit is taken to need before it answers: an assumption, for weighing requests against gaps. */
  readonly deviceMs: number;
  /** Bytes of a read request on the wire. */
  readonly requestBytes: number;
  /** Bytes of an answer beside its data. */
  readonly overheadBytes: number;
  /** Bytes on the wire for one of data: 2 in ASCII. */
  readonly bytesPerDataByte: number;
}

/** How characters are framed on a serial line. */
export interface CharacterFormat {
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly dataBits: 7 | 8;
  readonly stopBits: 1 | 2;
}

export const bitsPerCharacter = (format: CharacterFormat): number =>
  1 + format.dataBits + (format.parity === 'none' ? 0 : 1) + format.stopBits;

export const characterMs = (format: CharacterFormat): number => (bitsPerCharacter(format) * 1000) / format.baud;

/**
 * Silence that parts two RTU frames: 3.5 characters, and a fixed 1.75 ms above 19,200 baud.
 * Modbus over Serial Line V1.02 §2.5.1.1.
 */
export const frameGapMs = (format: CharacterFormat): number =>
  format.baud > 19_200 ? 1.75 : 3.5 * characterMs(format);

const serialDeviceMs = 4;
const tcpDeviceMs = 1;
/** 100 Mbit/s; a frame on Ethernet carries about 66 bytes beside Modbus. */
const ethernetByteMs = 8 / 100_000;
const ethernetOverheadBytes = 66;

export const tcpTiming = (turnaroundMs: number): WireTiming => ({
  byteMs: ethernetByteMs,
  turnaroundMs,
  deviceMs: tcpDeviceMs,
  requestBytes: 12 + ethernetOverheadBytes,
  overheadBytes: 9 + ethernetOverheadBytes,
  bytesPerDataByte: 1,
});

/** RTU: unit, function, 4 of data and CRC; unit, function, byte count and CRC. */
export const rtuTiming = (format: CharacterFormat, turnaroundMs: number): WireTiming => ({
  byteMs: characterMs(format),
  turnaroundMs,
  deviceMs: serialDeviceMs,
  requestBytes: 8,
  overheadBytes: 5,
  bytesPerDataByte: 1,
});

/** ASCII: a colon, two characters a byte of RTU with an LRC in place of the CRC, carriage return and line feed. */
export const asciiTiming = (format: CharacterFormat, turnaroundMs: number): WireTiming => ({
  byteMs: characterMs(format),
  turnaroundMs,
  deviceMs: serialDeviceMs,
  requestBytes: 17,
  overheadBytes: 11,
  bytesPerDataByte: 2,
});

/** ms the wire takes for this many data bytes. */
export const dataMs = (timing: WireTiming, dataBytes: number): number =>
  dataBytes * timing.bytesPerDataByte * timing.byteMs;

/** ms one read takes on the bus: silence, request, the unit's own time, answer. */
export const exchangeMs = (timing: WireTiming, dataBytes: number): number =>
  timing.turnaroundMs +
  timing.deviceMs +
  (timing.requestBytes + timing.overheadBytes) * timing.byteMs +
  dataMs(timing, dataBytes);
