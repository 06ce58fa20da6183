import { encodeDown, type Frame, type Heading, type Packet } from './frame.js';
import { control } from './protocol.js';

/** How a report is answered: the station stays online, may hang up, or goes on sending. */
export const answerEnds = { 'keep-online': control.esc, end: control.eot, acknowledge: control.ack } as const;
export type AnswerEnd = keyof typeof answerEnds;

/**
 * The centre's answer to a report: its serial number again and this box's time at the station's zone, by which many
 * stations set their clock; SL 651-2014 §6.6.4, table 29. A tool that is public writes 0 in place of the serial number;
 * published answers repeat it. Undefined for a body without a serial number.
 */
export function answerTo(asked: Heading, body: Uint8Array, end: AnswerEnd, time: string): Uint8Array | undefined {
  const serial = serialOf(asked, body);
  return serial && encodeDown({ ...headingOf(asked), body: answerBody(serial, time), end: answerEnds[end] });
}

/**
 * Asks for one packet of a message again: the numbers of the packet stand where they stood in it, table 23. The serial
 * number is in the first packet; it is 0 while that is the one missing.
 */
export function askForPacket(frame: Frame, first: Uint8Array, packet: Packet, time: string): Uint8Array {
  const serial = serialOf(frame, first) ?? new Uint8Array(2);
  return encodeDown({ ...headingOf(frame), packet, body: answerBody(serial, time), end: control.nak });
}

export function headingOf({ encoding, centre, station, password, code }: Heading): Heading {
  return { encoding, centre, station, password, code };
}

const answerBody = (serial: Uint8Array, time: string): Uint8Array => Buffer.concat([serial, Buffer.from(time, 'hex')]);

/** A body begins with its serial number: two bytes, or four characters. */
export const serialBytesMax = 4;

/** The two bytes a body begins with, as bytes in either encoding. */
function serialOf({ encoding }: Heading, body: Uint8Array): Uint8Array | undefined {
  const serial =
    encoding === 'hex' ? body.slice(0, 2) : Buffer.from(Buffer.from(body.subarray(0, 4)).toString('latin1'), 'hex');
  return serial.length === 2 ? serial : undefined;
}
