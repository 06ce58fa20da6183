import { describe, expect, test } from '@jest/globals';
import { openConsole } from './console-kit.js';
import { alarm } from './fake-alarms.js';
import { account, fakeView, link } from './fake-gateway.js';

const scrape = async (parts: Parameters<typeof fakeView>[0] = {}) => {
  const answer = await (await openConsole({ view: fakeView(parts) })).ask('/metrics');
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.body;
};

const sampleLine =
  /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/;

describe('metrics', () => {
  test('every line is of the text format, every family has its help and type before it, names are ours', async () => {
    const seen = new Set<string>();
    let helped = '';
    for (const line of (await scrape()).trimEnd().split('\n')) {
      const [, keyword, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
      if (keyword === 'HELP') {
        expect(seen.has(name as string)).toBe(false);
        seen.add(name as string);
        helped = name as string;
      } else if (keyword === 'TYPE') {
        expect(name).toBe(helped);
        expect(rest === 'counter').toBe(helped.endsWith('_total'));
      } else {
        expect(line).toMatch(sampleLine);
        expect(line.split(/[{ ]/)[0]).toBe(helped);
      }
    }
    expect([...seen].every((name) => name.startsWith('sluice_'))).toBe(true);
  });

  test('it counts what the gateway counts', async () => {
    const text = await scrape({
      devices: () => [
        { name: 'a', link: 'l', profile: 'p', state: 'online' },
        { name: 'b', link: 'l', profile: 'p', state: 'offline' },
      ],
    });
    for (const line of [
      'sluice_up_seconds 7312',
      'sluice_journal_waiting_bytes 460',
      'sluice_link_connected{link="house-bus",driver="modbus"} 1',
      'sluice_link_reads_total{link="house-bus",driver="modbus"} 86400',
      'sluice_link_failed_reads_total{link="house-bus",driver="modbus"} 3',
      'sluice_link_driver_total{link="house-bus",driver="modbus",counter="lateReplies"} 2',
      'sluice_devices_online 1',
      'sluice_device_online{device="b",link="l",profile="p"} 0',
      'sluice_sink_waiting_records{sink="history",type="influxdb"} 4',
      'sluice_frames_acquired_total 1203',
      'sluice_frames_unstored_total{reason="memory full"} 3',
      'sluice_ledger_records{sink="history",lane="samples",outcome="delivered",reason=""} 1190',
      'sluice_ledger_records{sink="history",lane="samples",outcome="dropped",reason="age"} 5',
      'sluice_ledger_balanced{sink="history",lane="alarms"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^sluice_process_resident_memory_bytes [1-9]\d+$/m);
    expect(text).toMatch(/^sluice_process_cpu_seconds_total [0-9.]+$/m);
  });

  test('alarms are counted by priority and state, and those that do not stand are 0', async () => {
    const shelved = { state: 'shelved', isAnnunciated: false } as const;
    const lines = (
      await scrape({
        alarms: () => [alarm(), alarm({ key: 'b', ...shelved }), alarm({ key: 'c', priority: 'low', ...shelved })],
        isFlooded: true,
      })
    ).split('\n');
    for (const line of [
      'sluice_alarms{priority="critical",state="unacknowledged"} 1',
      'sluice_alarms{priority="critical",state="shelved"} 1',
      'sluice_alarms{priority="low",state="shelved"} 1',
      'sluice_alarms{priority="high",state="out-of-service"} 0',
      'sluice_alarm_flood 1',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.filter((line) => line.startsWith('sluice_alarms{'))).toHaveLength(4 * 8);
  });

  test('a name may hold anything', async () => {
    const text = await scrape({ links: () => [link({ name: '猪舍 "1" \\ a\nb', counters: {} })] });
    expect(text).toContain('sluice_link_connected{link="猪舍 \\"1\\" \\\\ a\\nb",driver="modbus"} 1');
  });

  test('an account that does not balance shows', async () => {
    const ledger = { ...fakeView().ledger(), sinks: [account({ waiting: 5, isBalanced: false })] };
    expect(await scrape({ ledger: () => ledger })).toContain('sluice_ledger_balanced{sink="history",lane="samples"} 0');
  });
});
