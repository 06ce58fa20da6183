import { describe, expect, test } from '@jest/globals';
import { FrameCollector } from '../../../drivers/sl651/frame-collector.js';
import type { Frame } from '../../../drivers/sl651/frame.js';
import { decodeHexBody } from '../../../drivers/sl651/hex-body.js';
import type { Report } from '../../../drivers/sl651/report.js';
import { isBad } from '../../../gateway/contract/index.js';
import { bytesOf, published, publishedKeepAlives } from './published.js';

const beijing = { zoneMinutes: 480, seriesTime: 'auto' } as const;
const at = (text: string): number => Date.parse(`${text}+08:00`);

const frameOf = (message: string): Frame => {
  const { frames, damages } = new FrameCollector().push(bytesOf(message));
  expect([frames.length, damages]).toEqual([1, []]);
  return frames[0] as Frame;
};

const reportOf = (message: string): Report => {
  const { body, code } = frameOf(message);
  return decodeHexBody(body, code, beijing) as Report;
};

describe('published messages', () => {
  test.each(Object.entries(published))('%s', (_, { message, code, station, serial, sent, values }) => {
    const frame = frameOf(message);
    expect(frame).toMatchObject({ encoding: 'hex', code, station, packet: undefined });
    const report = reportOf(message);
    expect(report).toMatchObject({ serial, sent, faults: [] });
    expect(report.observations).toHaveLength(values.length);
    expect(report.observations.map(({ element, value }) => [element, value])).toEqual(values);
    for (const { value, quality } of report.observations) expect(isBad(quality)).toBe(Number.isNaN(value));
  });

  test.each(publishedKeepAlives)('keep-alive of $station', ({ message, station }) => {
    expect(frameOf(message)).toMatchObject({ code: 0x2f, station });
    expect(reportOf(message)).toMatchObject({ observations: [], faults: [] });
  });

  test('centre and password stand before the function', () => {
    const { message } = published['timed report of a river station'] as { message: string };
    expect(frameOf(message)).toMatchObject({ centre: 5, password: '03E8' });
  });
});

describe('times of observation', () => {
  const timesOf = (name: string) => reportOf(published[name]?.message ?? '').observations.map((one) => one.at);

  test('a year of 59 is a time', () => {
    expect(timesOf('test report of a river station')).toEqual(Array(4).fill(at('2059-10-11T15:49:00')));
  });

  test('of a uniform report step by step', () => {
    expect(timesOf('uniform report of a reservoir')).toEqual(
      Array.from({ length: 12 }, (_, n) => at('2026-11-21T08:05:00') + n * 300_000),
    );
  });

  test('two observation times in one report hold each for what follows', () => {
    const times = timesOf('hourly report with an extended element and two observation times');
    expect(times.slice(0, 12)).toEqual(Array.from({ length: 12 }, (_, n) => at('2024-12-05T10:05:00') + n * 300_000));
    expect(times.slice(12)).toEqual(Array(6).fill(at('2024-12-05T11:00:00')));
  });

  test('twelve values end at the one time there is when they cannot begin at it', () => {
    const times = timesOf('hourly report whose definition byte says 11 of 24 bytes');
    expect([times[0], times[11], times[12]]).toEqual([
      at('2014-06-12T01:05:00'),
      at('2014-06-12T02:00:00'),
      at('2014-06-12T02:00:00'),
    ]);
  });

  test('which of the twelve it is can be said', () => {
    const { body, code } = frameOf(published['hourly report whose definition byte says 11 of 24 bytes']?.message ?? '');
    const first = decodeHexBody(body, code, { zoneMinutes: 480, seriesTime: 'first' });
    expect(first?.observations[0]?.at).toBe(at('2014-06-12T02:00:00'));
    const elsewhere = decodeHexBody(body, code, { zoneMinutes: 0, seriesTime: 'first' });
    expect(elsewhere?.observations[0]?.at).toBe(Date.parse('2014-06-12T02:00:00Z'));
  });
});
