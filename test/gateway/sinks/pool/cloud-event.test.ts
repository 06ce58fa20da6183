import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type CloudEventV1, HTTP } from 'cloudevents';
import { startPool } from '../../../../gateway/pool/index.js';
import { entryEvent, frameEvent } from '../../../../gateway/sinks/pool/cloud-event.js';
import { pool } from '../../../../gateway/sinks/pool/index.js';
import { sinkContext } from '../../../contracts/sink.js';
import { scratchFolder } from '../../../support/scratch.js';
import {
  alarmEntry,
  alarms,
  everyEntry,
  exceedanceEntry,
  frameOf,
  identity,
  samples,
  tableOf,
} from '../../../support/sink-records.js';

const time = Date.UTC(2025, 10, 24, 16, 0, 0, 123);
const never = new AbortController().signal;
const headers = { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' };

describe('a record as an event', () => {
  test('a frame: columns by tag name, quality by name and OPC UA status where it is not good', () => {
    const frame = frameOf(
      tableOf(),
      42,
      [{ quality: 'uncertain-jump', value: 50 }, { quality: 'bad-no-answer' }, true, null, 'AB-12'],
      { time, raw: Uint8Array.of(1, 2, 255), times: Float64Array.of(time - 1, Number.NaN, Number.NaN, 0, Number.NaN) },
    );
    expect(frameEvent({ site: '养猪场 3', epoch: 'e1' }, 7, frame)).toEqual({
      specversion: '1.0',
      id: 'samples-7',
      source: 'urn:sluice:%E5%85%BB%E7%8C%AA%E5%9C%BA%203:e1',
      type: 'sluice.frame.v1',
      subject: 'rs485-1/猪舍-1',
      time: '2025-11-24T16:00:00.123Z',
      sequence: '0000000000000007',
      lane: 'samples',
      datacontenttype: 'application/json',
      data: {
        phenomenonTime: '2025-11-24T16:00:00.123Z',
        timeSpread: 5,
        link: 'rs485-1',
        device: '猪舍-1',
        profile: 'house-sensor',
        group: 'air',
        sequence: 42,
        values: { temperature: 50, fan: true, model: 'AB-12' },
        units: { temperature: '°C' },
        quality: {
          temperature: { name: 'uncertain-jump', status: 0x40930000 },
          氨气: { name: 'bad-no-answer', status: 0x80310000 },
        },
        times: { temperature: '2025-11-24T16:00:00.122Z' },
        raw: 'AQL/',
      },
    });
  });

  test('sequences sort as text in the order of offsets', () => {
    const offsets = [0, 9, 10, 99, 1_000_000, Number.MAX_SAFE_INTEGER];
    const sequences = offsets.map((offset) => frameEvent(identity, offset, frameOf(tableOf(), 1, [])).sequence);
    expect([...sequences].sort()).toEqual(sequences);
  });

  test('an entry without a UTC time has no time, and no number that is not there', () => {
    const [entry] = everyEntry();
    const event = entryEvent(identity, 3, { ...(entry as NonNullable<typeof entry>), time: Number.NaN });
    expect(event).not.toHaveProperty('time');
    expect(event.data).toMatchObject({ phenomenonTime: null, kind: 'event' });
  });

  test('an alarm travels whole, about its instrument; a lost link is about its link', () => {
    const event = entryEvent(identity, 3, alarmEntry(5000));
    expect(event).toMatchObject({
      type: 'sluice.alarm.v1',
      subject: '猪舍-1/氨气',
      data: { change: 'raised', priority: 'high', state: { base: 'unacknowledged', shelf: null } },
    });
    expect(entryEvent(identity, 3, alarmEntry(5000, { device: 'bus', tag: '' })).subject).toBe('bus');
    expect(entryEvent(identity, 3, alarmEntry(5000, { device: '', tag: '' }))).not.toHaveProperty('subject');
    expect(entryEvent(identity, 3, exceedanceEntry(5000)).subject).toBe('猪舍-1/氨气');
  });

  test('a configuration travels by its hash, without the texts of its files', () => {
    const entry = everyEntry().find(({ kind }) => kind === 'configuration') as ReturnType<typeof everyEntry>[number];
    expect(entryEvent(identity, 3, entry).data).toMatchObject({ hash: 'c0ffee', files: ['site.yaml'] });
  });
});

test('the official CloudEvents library reads every event, as sent and as stored', async () => {
  const { folder, remove } = await scratchFolder();
  const running = await startPool({ host: '127.0.0.1', port: 0, folder });
  const sink = await pool.create('city', pool.config.parse({ type: 'pool', url: running.url }), sinkContext());
  const frames = Array.from({ length: 30 }, (_, n) => frameOf(tableOf(), n, [n / 3, null, n % 2 === 0, n, '温度 "x"']));
  const entries = everyEntry();
  const sent = [
    ...frames.map((frame, n) => frameEvent(identity, n + 1, frame)),
    ...entries.map((entry, n) => entryEvent(identity, n + 1, entry)),
  ];
  try {
    await sink.connect(never);
    await expect(sink.write(samples(frames), never)).resolves.toEqual({});
    await expect(sink.write(alarms(entries), never)).resolves.toEqual({});
    const stored: string[] = [];
    for (const lane of ['samples', 'alarms']) {
      const text = await readFile(join(folder, `${identity.site}_${identity.epoch}_${lane}.ndjson`), 'utf8');
      stored.push(...text.trimEnd().split('\n'));
    }
    for (const body of [JSON.stringify(sent), `[${stored.join(',')}]`]) {
      const read = HTTP.toEvent<{ phenomenonTime: string }>({ headers, body }) as CloudEventV1<{
        phenomenonTime: string;
      }>[];
      expect(read).toHaveLength(sent.length);
      read.forEach((event, n) => {
        const { id, source, type, time: stamp, data } = event;
        expect({ id, source, type, data }).toEqual({
          id: sent[n]?.id,
          source: sent[n]?.source,
          type: sent[n]?.type,
          data: sent[n]?.data,
        });
        expect(stamp).toBe(data?.phenomenonTime);
        expect(event['sequence']).toBe(sent[n]?.sequence);
      });
    }
  } finally {
    await sink.close();
    await running.stop();
    await remove();
  }
});
