import { createHash } from 'node:crypto';
import type { Happening } from '../../gateway/contract/index.js';
import type { Frame } from './frame.js';
import { hexText } from './protocol.js';
import type { Report } from './report.js';

/** A picture up to this size is kept with its happening, in base64; of a larger one its size and digest are. */
export const pictureBytesKept = 32 * 1024;
/** Bytes of a report that is not understood, or cannot be read, that are kept with its happening. */
export const unknownBytesKept = 4096;

/** What tells a report from every other of its station, and from its own repetition. */
export const identityOf = (code: number, { serial, sent }: Report): string => `${hexText(code)}-${serial}-${sent}`;

/** A report of a person at the station: text, as it was typed. */
export function manualHappening(device: string, code: number, report: Report, manual: Uint8Array): Happening {
  // Stations type GB characters or plain letters; this reads both.
  const text = new TextDecoder('gb18030').decode(manual).trim();
  return happening(device, 'manual-report', code, report, { text, bytes: manual.length });
}

/** A picture of the station's camera. */
export function pictureHappening(
  device: string,
  code: number,
  report: Report,
  picture: Uint8Array,
  packets: number,
): Happening {
  const isJpeg = picture[0] === 0xff && picture[1] === 0xd8;
  return happening(device, 'picture', code, report, {
    bytes: picture.length,
    sha256: createHash('sha256').update(picture).digest('hex'),
    format: isJpeg ? 'jpeg' : 'unknown',
    packets,
    ...(picture.length <= pictureBytesKept && { base64: Buffer.from(picture).toString('base64') }),
  });
}

/**
 * A report of a function that is not known, or one of which nothing can be read, as it came: it is answered, and nothing
 * of it is lost.
 */
export const rawHappening = (
  device: string,
  name: 'unknown-report' | 'unreadable-report',
  { code }: Frame,
  body: Uint8Array,
  report: Report | undefined,
): Happening => ({
  device,
  name,
  at: report?.sentAt,
  id: report ? identityOf(code, report) : '',
  fields: {
    function: hexText(code),
    bytes: body.length,
    body: Buffer.from(body.subarray(0, unknownBytesKept)).toString('hex').toUpperCase(),
  },
});

function happening(device: string, name: string, code: number, report: Report, fields: Happening['fields']): Happening {
  return { device, name, at: report.observedAt ?? report.sentAt, id: identityOf(code, report), fields };
}
