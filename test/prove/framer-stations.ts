import { compileLayout } from '../../drivers/files/compile-layout.js';
import { linkSchema } from '../../drivers/files/link-schema.js';
import { readTextFile } from '../../drivers/files/text-file.js';
import { Framer, heldBytesMax } from '../../drivers/hj212/framer.js';
import { parseNumber, readRecords } from '../../drivers/hj212/records.js';
import { parseSegment } from '../../drivers/hj212/segment.js';
import { decodeAsciiBody } from '../../drivers/sl651/ascii-body.js';
import { FrameCollector as Sl651Collector } from '../../drivers/sl651/frame-collector.js';
import { frameBytesMax as sl651BytesMax } from '../../drivers/sl651/frame-head.js';
import { decodeHexBody } from '../../drivers/sl651/hex-body.js';
import { frameBytesMax as szy206BytesMax } from '../../drivers/szy206/frame.js';
import { FrameCollector as Szy206Collector } from '../../drivers/szy206/frame-collector.js';
import { quantities, voltage } from '../../drivers/szy206/quantities.js';
import { readReport, valueIn } from '../../drivers/szy206/report.js';
import { isGood } from '../../gateway/contract/index.js';
import { bytesOf, collected, countWrong, type FramerCase, plain, scanned } from './framer-case.js';
import { crc16, crc8, hj212Check } from './framer-checks.js';
import { hj212Frames, sl651Frames, szy206Frames } from './frames-published.js';

const hj212: FramerCase = {
  name: 'HJ 212',
  seeds: hj212Frames.map(({ wire }) => Buffer.from(wire, 'latin1')),
  heldBytesMax,
  findsNext: true,
  read(pieces) {
    const framer = new Framer();
    return collected(
      pieces,
      (piece) =>
        framer.push(piece).flatMap((found) => {
          if (found.kind !== 'frame') return [];
          const parsed = parseSegment(found.segment);
          const texts =
            typeof parsed === 'string' ? [] : readRecords(parsed.content).flatMap(({ fields }) => [...fields.values()]);
          const values = texts
            .map(parseNumber)
            .flatMap((value) => (value === undefined ? [] : [{ value, isGood: true }]));
          return [{ bytes: found.bytes, wrongValues: countWrong(values) }];
        }),
      () => framer.heldBytes,
    );
  },
  isRight(frame) {
    const text = Buffer.from(frame).toString('latin1');
    const segment = frame.subarray(6, -4);
    const check = hj212Check(segment).toString(16).toUpperCase().padStart(4, '0');
    return (
      text.startsWith('##') && Number(text.slice(2, 6)) === segment.length && text.slice(-4).toUpperCase() === check
    );
  },
};

/** A report in characters, as stations of SL 651 in ASCII mode send it. */
function asciiReport(): Buffer {
  const body = '0001261121091230ST 0012345678 P TT 2611210912 PJ 12.5 ';
  const covered = `\x01010012345678123432${`0${body.length.toString(16).padStart(3, '0')}`.toUpperCase()}\x02${body}\x03`;
  const crc = crc16(Buffer.from(covered, 'latin1')).toString(16).toUpperCase().padStart(4, '0');
  return Buffer.from(covered + crc, 'latin1');
}

const zone = { zoneMinutes: 480, seriesTime: 'auto' } as const;

const sl651: FramerCase = {
  name: 'SL 651',
  seeds: [...sl651Frames.map(({ wire }) => bytesOf(wire)), asciiReport()],
  heldBytesMax: sl651BytesMax,
  findsNext: true,
  read(pieces) {
    const collector = new Sl651Collector();
    return collected(
      pieces,
      (piece) =>
        collector.push(piece).frames.map(({ bytes, body, code, encoding }) => {
          const report = encoding === 'hex' ? decodeHexBody(body, code, zone) : decodeAsciiBody(body, zone);
          const values = (report?.observations ?? []).map(({ value, quality }) => ({ value, isGood: isGood(quality) }));
          return { bytes, wrongValues: countWrong(values) };
        }),
      () => collector.heldBytes,
    );
  },
  isRight(frame) {
    if (frame[0] === 0x01) {
      const written = Buffer.from(frame.subarray(-4)).toString('latin1');
      return Number.parseInt(written, 16) === crc16(frame.subarray(0, -4));
    }
    return Buffer.from(frame).readUInt16BE(frame.length - 2) === crc16(frame.subarray(0, -2));
  },
};

const reportOptions = { zoneMinutes: 480, timeTag: 'auto', now: Date.UTC(2026, 10, 21) } as const;
const allQuantities = [...Object.values(quantities), voltage];

const szy206: FramerCase = {
  name: 'SZY 206',
  seeds: [
    ...szy206Frames.map(({ wire }) => bytesOf(wire)),
    bytesOf('681A68B35303810D00C00059000000826110000001106000004508090A3516'),
    bytesOf('681568B40102030405C05545040020700030151412052600AD16'),
  ],
  heldBytesMax: szy206BytesMax,
  findsNext: true,
  read(pieces) {
    const collector = new Szy206Collector();
    return collected(
      pieces,
      (piece) =>
        collector.push(piece).frames.map((frame) => {
          const report = readReport(frame, reportOptions);
          const told = report.kind === 'values' ? allQuantities.map((one) => valueIn(report, one, 1)) : [];
          const values = told.flatMap((one) => (one ? [{ value: one.value, isGood: isGood(one.quality) }] : []));
          return { bytes: frame.bytes, wrongValues: countWrong(values) };
        }),
      () => collector.heldBytes,
    );
  },
  isRight: (frame) =>
    frame[0] === 0x68 &&
    frame[2] === 0x68 &&
    frame.at(-1) === 0x16 &&
    frame.length === (frame[1] as number) + 5 &&
    crc8(frame.subarray(3, -2)) === frame.at(-2),
};

const layout = compileLayout(linkSchema.parse({ folder: '/none', encoding: 'utf-8' }));
const mineFile = (value: string): Buffer =>
  Buffer.from(`KJ;AQSS|520201001;001A01;2026-11-21 09:01:00;${value};正常~||`);

const mineFiles: FramerCase = {
  name: 'mine text files',
  seeds: [mineFile('0.45'), mineFile('24'), mineFile('')],
  heldBytesMax: 4096,
  findsNext: false,
  read: (pieces) =>
    scanned(pieces, (received) =>
      readTextFile('AQSS.txt', received, layout).records.map(({ text }) => plain(Buffer.from(text))),
    ),
  // A record is as it stands, and its end mark follows.
  isRight(frame, input) {
    const text = new TextDecoder().decode(input);
    const record = new TextDecoder().decode(frame);
    for (let at = text.indexOf(record); at >= 0; at = text.indexOf(record, at + 1)) {
      if (/^\s*(?:~|\|\||‖)/.test(text.slice(at + record.length))) return true;
    }
    return false;
  },
};

/** Framers of stations that send by themselves, and of files. */
export const stationFramers: readonly FramerCase[] = [hj212, sl651, szy206, mineFiles];
