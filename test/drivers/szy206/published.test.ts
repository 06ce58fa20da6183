import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc8 } from '../../../drivers/szy206/crc8.js';
import { type Frame, frameBytesMax } from '../../../drivers/szy206/frame.js';
import { FrameCollector } from '../../../drivers/szy206/frame-collector.js';
import { quantities, voltage } from '../../../drivers/szy206/quantities.js';
import { readReport, type Report, valueIn } from '../../../drivers/szy206/report.js';
import { readTimeTag, writeTimeTag } from '../../../drivers/szy206/time-tag.js';
import { Random } from '../../../firmware-sim/index.js';
import { bytesOf } from './centre-link.js';

/** Inputs in the small run; more with SLUICE_FUZZ_RUNS. */
const runs = Number(process.env['SLUICE_FUZZ_RUNS'] ?? 20_000);

const now = Date.parse('2026-11-21T09:12:31+08:00');
const options = { zoneMinutes: 480, timeTag: 'auto', now } as const;

const published = {
  voltage: '6809688D1101080405843012A116',
  'flow and volume of a meter, with a short time tag': '681A68B35303810D00C00059000000826110000001106000004508090A3516',
  'a flow that is not measured': '681568B34406070001C0AAAAAAAAAA004040000000000101E516',
  'velocity with a long time tag': '681568B40102030405C05545040020700030151412052600AD16',
} as const;

const frameOf = (hex: string): Frame => {
  const { frames, damages, stray } = new FrameCollector().push(bytesOf(hex));
  expect([frames.length, damages, stray]).toEqual([1, [], 0]);
  return frames[0] as Frame;
};

const reportOf = (hex: string): Report => {
  const report = readReport(frameOf(hex), options);
  expect(report.kind).toBe('values');
  return report as Report;
};

test('the checksum of 00 01 02 is A6', () => {
  expect(crc8(Uint8Array.of(0, 1, 2))).toBe(0xa6);
});

describe('published frames', () => {
  test('voltage', () => {
    expect(frameOf(published.voltage)).toMatchObject({ code: 0x84, type: 13, count: 0, address: '1101080405' });
    const report = reportOf(published.voltage);
    expect(report.numbers).toHaveLength(1);
    expect(valueIn(report, voltage, 1)?.value).toBe(12.3);
  });

  test('flow and volume of a meter, with a short time tag', () => {
    const hex = published['flow and volume of a meter, with a short time tag'];
    expect(frameOf(hex)).toMatchObject({ code: 0xc0, type: 3, count: 3, address: '5303810D00' });
    const report = reportOf(hex);
    expect(report).toMatchObject({
      tagBytes: 5,
      at: Date.parse('2026-11-09T08:45:00+08:00'),
      alarm: 0x1001,
      state: 0x60,
    });
    expect(report.numbers).toHaveLength(2);
    expect(valueIn(report, quantities.flow, 1)?.value).toBe(5.9);
    expect(valueIn(report, quantities.volume, 1)?.value).toBe(106_182);
    expect(valueIn(report, quantities.flow, 2)).toBeUndefined();
    expect(valueIn(report, quantities.level, 1)).toBeUndefined();
  });

  test('a flow that is not measured is none', () => {
    const report = reportOf(published['a flow that is not measured']);
    expect(report.numbers).toHaveLength(1);
    expect(valueIn(report, quantities.flow, 1)?.value).toBeNaN();
    expect(valueIn(report, quantities.volume, 1)).toBeUndefined();
  });

  test('velocity with a long time tag', () => {
    const report = reportOf(published['velocity with a long time tag']);
    expect(report).toMatchObject({
      tagBytes: 7,
      at: Date.parse('2026-05-12T14:15:30+08:00'),
      alarm: 0x2000,
      state: 0x70,
    });
    expect(report.numbers).toHaveLength(1);
    expect(valueIn(report, quantities.velocity, 1)?.value).toBe(44.555);
  });
});

describe('frames out of a stream', () => {
  const voltageFrame = bytesOf(published.voltage);
  const flowFrame = bytesOf(published['flow and volume of a meter, with a short time tag']);
  const collect = (...pieces: readonly Uint8Array[]) => {
    const collector = new FrameCollector();
    const found = pieces.map((piece) => collector.push(piece));
    return {
      codes: found.flatMap(({ frames }) => frames.map(({ code }) => code)),
      damages: found.flatMap(({ damages }) => damages.map(({ kind }) => kind)),
    };
  };
  const changed = (at: number, value: number): Buffer => {
    const copy = Buffer.from(flowFrame);
    copy[at] = value;
    return copy;
  };

  test('split, merged and behind noise', () => {
    const both = Buffer.concat([voltageFrame, flowFrame]);
    for (let cut = 1; cut < both.length; cut += 1) {
      expect(collect(both.subarray(0, cut), both.subarray(cut))).toEqual({ codes: [0x84, 0xc0], damages: [] });
    }
    expect(collect(bytesOf('68 16 00 68'), voltageFrame, Buffer.from('PING'), flowFrame).codes).toEqual([0x84, 0xc0]);
  });

  test.each([
    ['a wrong checksum', changed(12, 0x58), 'checksum'],
    ['a length that is too short', changed(1, 0x19), 'end'],
    ['a length that is too long', changed(1, 0x40), 'incomplete'],
    // Its length reaches into the next one.
    ['one that breaks off', flowFrame.subarray(0, 20), 'end'],
    ['one of a centre', bytesOf('680868301101080405C0009E16'), 'direction'],
  ])('%s is named, and the next frame is read', (_, bytes, kind) => {
    expect(collect(bytes, voltageFrame, voltageFrame)).toEqual({ codes: [0x84, 0x84], damages: [kind] });
  });

  test('whatever came before, memory is bounded and the next frame is read', () => {
    const random = new Random(206);
    for (let run = 0; run < runs; run += 1) {
      const collector = new FrameCollector();
      const noise = Buffer.from(
        Array.from({ length: random.whole(0, 60) }, () =>
          random.next() < 0.5 ? random.whole(0, 255) : (flowFrame[random.whole(0, 30)] as number),
        ),
      );
      collector.push(noise);
      const { frames } = collector.push(voltageFrame);
      const isRead = frames.at(-1)?.code === 0x84;
      if (!isRead || collector.heldBytes >= frameBytesMax) throw new Error(`${run}: ${noise.toString('hex')}`);
    }
  });

  test('one byte changed gives no frame of that length', () => {
    for (let at = 0; at < flowFrame.length; at += 1) {
      for (let change = 1; change < 256; change += 1) {
        const { frames } = new FrameCollector().push(changed(at, (flowFrame[at] as number) ^ change));
        if (frames.length > 0) throw new Error(`byte ${at} xor ${change}`);
      }
    }
  });

  test('any data at all is read without a throw', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(0x02, 0x81, 0x82, 0x84, 0xc0, 0x61),
        fc.nat(15),
        (data, code, type) => {
          const frame = { count: 3, type, address: '1101080405', code, data, isDivided: false, bytes: data };
          const report = readReport(frame, options);
          if (report.kind !== 'values') return;
          for (const quantity of Object.values(quantities)) {
            const told = valueIn(report, quantity, 1);
            if (told) expect(Number.isFinite(told.value)).toBe(told.quality === 1);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('time tags', () => {
  test('without a month mean the last such day', () => {
    const tag = (day: string): Uint8Array => bytesOf(`000008${day}00`);
    const at = (text: string): number => Date.parse(`${text}T08:00:00+08:00`);
    expect(readTimeTag(tag('21'), 480, now)).toBe(at('2026-11-21'));
    expect(readTimeTag(tag('25'), 480, now)).toBe(at('2026-10-25'));
    expect(readTimeTag(tag('31'), 480, now)).toBe(at('2026-10-31'));
    expect(readTimeTag(tag('31'), 480, Date.parse('2027-03-01T12:00:00+08:00'))).toBe(at('2027-01-31'));
    expect(readTimeTag(tag('31'), 480, Date.parse('2027-01-02T12:00:00+08:00'))).toBe(at('2026-12-31'));
  });

  test.each(['600008210000', '00000832', '00000A2111260'])('%s is none', (hex) => {
    expect(readTimeTag(bytesOf(hex.padEnd(14, '0')), 480, now)).toBeUndefined();
  });

  test('are written as they are read', () => {
    for (const bytes of [5, 7]) expect(readTimeTag(writeTimeTag(bytes, 480, now), 480, now)).toBe(now);
  });
});
