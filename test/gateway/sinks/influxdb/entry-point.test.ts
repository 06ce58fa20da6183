import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Entry } from '../../../../gateway/contract/index.js';
import { entryPoint } from '../../../../gateway/sinks/influxdb/entry-point.js';
import { pointLine } from '../../../../gateway/sinks/influxdb/point.js';
import { alarmEntry, eventEntry, everyEntry, exceedanceEntry, someTime } from '../../../support/sink-records.js';

const time = 1_764_000_000_123;

function lineOf(entry: Entry, offset: number): string {
  const point = entryPoint({ ...entry, time }, offset, 'pig-farm-3');
  return pointLine(point, point.fields);
}

/** The only line of an entry found by what it is. */
function lineOfFound(fits: (entry: Entry) => boolean): string {
  return lineOf(everyEntry().find(fits) as Entry, 1_000_004);
}

describe('an entry as a line', () => {
  test('is a point of its kind', () => {
    const lines = everyEntry().map(lineOf);
    expect(lines.map((line) => line.slice(0, line.search(/[, ]/)))).toEqual(everyEntry().map(({ kind }) => kind));
  });

  test('an event', () => {
    expect(lineOf(eventEntry(5000), 1_000_000)).toBe(
      'event,device=猪舍-1,kind=HH,site=pig-farm-3,tag=氨气 key="猪舍-1/氨气/HH",state="active",value=26.5,limit=25,' +
        'unit="mg/m³",quality="good",message="ammonia \\"too high\\"",message_zh="氨气过高",sequence=7i 1764000000123000000\n',
    );
  });

  test('an alarm: what changed, the state it led to, and who said what', () => {
    expect(lineOf(alarmEntry(5000), 7)).toBe(
      'alarm,class=toxic,device=猪舍-1,kind=HH,priority=high,site=pig-farm-3,tag=氨气 key="air/猪舍-1/氨气/HH",' +
        'change="raised",from="normal",to="unacknowledged",annunciated=true,base="unacknowledged",value=26.5,limit=25,' +
        'unit="mg/m³",quality="good",message="ammonia \\"too high\\"",message_zh="氨气过高",comment="",' +
        'sequence=7i 1764000000123000007\n',
    );
    const acknowledged = lineOfFound((entry) => entry.kind === 'alarm' && entry.change === 'acknowledged');
    expect(acknowledged).toContain('base="acknowledged"');
    expect(acknowledged).toContain('comment="on my way",act="zhang" ');
  });

  test('an exceedance: how long, how far and how often', () => {
    expect(lineOf(exceedanceEntry(5000), 8)).toBe(
      'exceedance,device=猪舍-1,kind=HH,site=pig-farm-3,tag=氨气 key="air/猪舍-1/氨气/HH",limit=25,unit="mg/m³",' +
        `peak=27,mean=26.25,began=${someTime + 2000},duration_ms=3000,readings=4i 1764000000123000008\n`,
    );
  });

  test('a flood has no tags but the site', () => {
    expect(lineOfFound(({ kind }) => kind === 'flood')).toBe(
      'flood,site=pig-farm-3 state="began",count=11i 1764000000123000004\n',
    );
  });

  test('a change of what the law protects: old, new and who', () => {
    expect(lineOfFound(({ kind }) => kind === 'statutory')).toBe(
      'statutory,device=猪舍-1,site=pig-farm-3,tag=氨气 what="scale",from="0.1",to="0.05",who="zhang + li",' +
        'configuration="c0ffee" 1764000000123000004\n',
    );
  });

  test('a gap', () => {
    expect(lineOfFound((entry) => entry.kind === 'gap' && entry.reason === 'crash')).toBe(
      `gap,site=pig-farm-3 reason="crash",last_kept=41i,last_kept_time=${someTime},first_new=42i,torn_bytes=17i ` +
        '1764000000123000004\n',
    );
  });

  test('two of one millisecond are two points, the same one always the same', () => {
    const [first, second] = [lineOf(alarmEntry(5000), 1), lineOf(alarmEntry(5000), 2)];
    expect(first).not.toBe(second);
    for (const entry of everyEntry()) {
      const copy = JSON.parse(JSON.stringify(entry)) as Entry;
      expect(lineOf(copy, 1)).toBe(lineOf(entry, 1));
    }
  });
});

/** Field types InfluxDB learns from the first point of a shard and holds every later one to. */
const fieldTypes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  alarm: {
    key: 'string',
    change: 'string',
    from: 'string',
    to: 'string',
    annunciated: 'boolean',
    base: 'string',
    value: 'float',
    limit: 'float',
    unit: 'string',
    quality: 'string',
    message: 'string',
    message_zh: 'string',
    comment: 'string',
    sequence: 'integer',
    tick: 'float',
    act: 'string',
    configuration: 'string',
  },
  exceedance: {
    key: 'string',
    limit: 'float',
    unit: 'string',
    peak: 'float',
    mean: 'float',
    began: 'float',
    duration_ms: 'float',
    readings: 'integer',
  },
  flood: { state: 'string', count: 'integer' },
};

test('a field always has the same type, whatever the numbers are', () => {
  const number = fc.oneof(fc.constant(null), fc.integer(), fc.double());
  const cause = fc.constantFrom(
    { sequence: 1, device: 'a' },
    { tick: 1000 },
    { act: 'zhang', after: 3 },
    { configuration: 'c0ffee' },
  );
  const entry = fc.oneof(
    fc.record({ value: number, limit: number, cause }).map((of): Entry => alarmEntry(5000, of)),
    fc
      .record({ peak: number, mean: number, limit: fc.double(), durationMs: fc.nat(), readings: fc.nat() })
      .map((of): Entry => exceedanceEntry(5000, of)),
    fc.nat().map((count): Entry => ({ kind: 'flood', instant: 1, time, state: 'began', count })),
  );
  fc.assert(
    fc.property(entry, fc.nat(), (one, offset) => {
      const { fields } = entryPoint({ ...one, time }, offset, 'farm');
      for (const { name, type, text } of fields) {
        expect([name, type]).toEqual([name, fieldTypes[one.kind]?.[name]]);
        expect(text.endsWith('i')).toBe(type === 'integer');
      }
    }),
  );
});
