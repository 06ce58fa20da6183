import { describe, expect, test } from '@jest/globals';
import { alarmsText, definitionsText, requestsText } from '../../../gateway/cli/alarms/alarms-text.js';
import { messageText } from '../../../gateway/cli/alarms/entry-line.js';
import { EventMessages } from '../../../gateway/cli/alarms/event-messages.js';
import { keysMeant } from '../../../gateway/cli/alarms/key-of.js';
import type { Cli } from '../../../gateway/cli/cli.js';
import { messages } from '../../../gateway/cli/messages/index.js';
import { textWidth } from '../../../gateway/cli/text-width.js';
import type { Entry, Language } from '../../../gateway/contract/index.js';
import { alarm, alarmEntry, definition, request, transition } from '../console/fake-alarms.js';

const cli = (language: Language, columns = 80): Cli => ({
  language,
  m: messages(language),
  env: {},
  columns,
  isWatched: false,
  say: () => undefined,
  tell: () => undefined,
});

const zone = '+08:00';

const seen = { who: 'li-ming', comment: '已到现场', time: '2026-11-21T01:12:00.000Z' };
const standing = [
  alarm(),
  alarm({
    key: 'pump-2/flow/L',
    priority: 'low',
    state: 'acknowledged',
    value: 3.5000000000000004,
    limit: null,
    unit: 'm³/h',
    acknowledged: seen,
    firstOut: ['pump-2/trip/STATE', 'pump-2/flow/L'],
    chatter: 14,
  }),
  alarm({
    key: 'house-1/temperature/H',
    priority: 'medium',
    state: 'returned-unacknowledged',
    isAbnormal: false,
    value: null,
    acknowledged: seen,
  }),
  alarm({
    key: 'boiler/pressure/HH',
    state: 'shelved',
    isAnnunciated: false,
    shelf: { who: 'wang-fang', reason: 'new gauge', leftMs: 2_940_000 },
  }),
  alarm({
    key: 'house-4/nh3/H',
    state: 'out-of-service',
    isAnnunciated: false,
    isAbnormal: false,
    outOfService: { who: 'chen', reason: 'with the maker', since: '2026-11-18T02:00:00.000Z' },
  }),
  alarm({
    key: 'feed-3/level/L',
    state: 'suppressed',
    isAnnunciated: false,
    isAbnormal: false,
    suppression: { by: 'line-3/stopped/STATE', leftMs: 20_000_000 },
  }),
];

describe('the list', () => {
  test('in English: what calls for a person first, each with what to do, then what was put aside', () => {
    expect(alarmsText(cli('en'), standing, true, zone)).toBe(`\
ALARM FLOOD: more than a person can follow. The most pressing stand first.
3 alarms, 2 to acknowledge.

CRITICAL  not acknowledged  pit-1/h2s/HH  61 ppm, limit 10 ppm  since 2026-11-21 09:11:40 +08:00
  H₂S very high in the pit
  → Everybody out; ventilate (within 5 min)

LOW  acknowledged  pump-2/flow/L  3.5 m³/h  since 2026-11-21 09:11:40 +08:00
  H₂S very high in the pit
  → Everybody out; ventilate (within 5 min)
  one of these came first: pump-2/trip/STATE, pump-2/flow/L
  comes and goes: 14 times
  acknowledged by li-ming: 已到现场

MEDIUM  gone, not acknowledged  house-1/temperature/H  the condition is gone
  H₂S very high in the pit
  → Everybody out; ventilate (within 5 min)

Put aside:
  boiler/pressure/HH  shelved  the condition stands  by wang-fang: new gauge  49
    min left
  house-4/nh3/H  out of service  since 2026-11-18 10:00:00 +08:00 by chen: with
    the maker
  feed-3/level/L  suppressed by design  by line-3/stopped/STATE  5.56 h left`);
  });

  test('in Chinese', () => {
    const text = alarmsText(cli('zh'), standing, true, zone);
    for (const line of [
      '报警泛滥：数量超出人员可处理的范围。最紧急的排在最前。',
      '3 个报警，2 个待确认。',
      '紧急  未确认  pit-1/h2s/HH  61 ppm，限值 10 ppm  自 2026-11-21 09:11:40 +08:00',
      '  坑内硫化氢过高',
      '  → 全部撤离，加强通风（5 min 内）',
      '  首发为其中之一：pump-2/trip/STATE、pump-2/flow/L',
      '  li-ming 已确认：已到现场',
      '中  已恢复，未确认  house-1/temperature/H  条件已消失',
      '已搁置、抑制或停用：',
      '  boiler/pressure/HH  已搁置  条件仍成立  wang-fang：new gauge  还剩 49 min',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  test('of nothing says so', () => {
    expect(alarmsText(cli('en'), [], false, zone)).toBe('No alarms.');
    expect(alarmsText(cli('zh'), [], false, zone)).toBe('没有报警。');
  });

  test('of a time not known says so; long texts are broken to the width', () => {
    const action = { en: 'open '.repeat(60).trim(), zh: '打开进风口'.repeat(30) };
    for (const language of ['en', 'zh'] as const) {
      const text = alarmsText(cli(language), [alarm({ raised: null, action })], false, zone);
      expect(text).toContain(language === 'en' ? 'since time not known' : '自 时间未知');
      for (const line of text.split('\n').slice(3)) expect(textWidth(line)).toBeLessThanOrEqual(80);
    }
  });

  test('definitions and requests are a line each', () => {
    expect(definitionsText(cli('en'), [definition, { ...definition, key: 'link/bus/LINK', limit: null }])).toBe(
      'pit-1/h2s/HH   CRITICAL  toxic  10 ppm  within 5 min  Everybody out; ventilate\n' +
        'link/bus/LINK  CRITICAL  toxic          within 5 min  Everybody out; ventilate',
    );
    const waiting = { ...request(), leftMs: 540_000 };
    expect(requestsText(cli('zh'), [waiting])).toBe(
      `${waiting.id}  boiler/pressure/HH：搁置 1 h（gauge is being changed），由 engineer 提出，9 min 后失效`,
    );
    expect(requestsText(cli('en'), [{ ...waiting, act: { act: 'remove-from-service', reason: 'r' } }])).toContain(
      'take out of service (r), asked for by engineer',
    );
    expect(requestsText(cli('en'), [])).toBe('Nothing waits for a second person.');
  });
});

describe('a line of what happens', () => {
  const line = (
    language: Language,
    entry: Entry | object,
    event = (entry as Entry).kind as string,
  ): string | undefined => {
    const data = JSON.stringify({ time: '2026-11-21T01:00:00.000Z', ...entry });
    return messageText(cli(language), { event, id: 'x-1', data }, zone);
  };
  const { time: _, ...raised } = alarmEntry();
  const { time: __, ...offline } = transition('climate-1');
  const at = Date.UTC(2026, 10, 21, 0, 10);
  const methane = { key: 'g', value: 1.5, limit: 1, unit: '%', message: { en: 'methane high', zh: '甲烷高' } };
  const filledIn = { kind: 'late', at, since: at - 600_000, ...methane };
  const shaped = { kind: 'statutory', device: 'west', tag: 'methane', configuration: 'ab' };

  test.each<[en: string, zh: string, entry: object]>([
    [
      'CRITICAL  raised  pit-1/h2s/HH  61 ppm, limit 10 ppm  H₂S very high in the pit → Everybody out; ventilate',
      '紧急  报警  pit-1/h2s/HH  61 ppm，限值 10 ppm  坑内硫化氢过高 → 全部撤离，加强通风',
      raised,
    ],
    [
      'CRITICAL  acknowledged  pit-1/h2s/HH  on my way',
      '紧急  确认  pit-1/h2s/HH  on my way',
      { ...raised, change: 'acknowledged', from: 'unacknowledged', to: 'acknowledged', comment: 'on my way' },
    ],
    [
      'CRITICAL  returned  pit-1/h2s/HH  9 ppm, limit 10 ppm  [gone, not acknowledged]',
      '紧急  恢复  pit-1/h2s/HH  9 ppm，限值 10 ppm  [已恢复，未确认]',
      { ...raised, change: 'returned', to: 'returned-unacknowledged', value: 9 },
    ],
    [
      'CRITICAL  unshelved  pit-1/h2s/HH  [not acknowledged]',
      '紧急  取消搁置  pit-1/h2s/HH  [未确认]',
      { ...raised, change: 'unshelved', from: 'shelved' },
    ],
    ['device climate-1: offline (no answer)', 'device climate-1：offline（no answer）', offline],
    [
      'ALARM FLOOD: 11 alarms in ten minutes',
      '报警泛滥：十分钟内 11 个报警',
      { kind: 'flood', state: 'began', count: 11 },
    ],
    [
      'exceedance  k  beyond 1 % for 1.5 min: peak 1.5 %, mean —',
      '越限  k  超过 1 % 共 1.5 min：峰值 1.5 %，均值 —',
      { kind: 'exceedance', key: 'k', limit: 1, unit: '%', durationMs: 90_000, peak: 1.5, mean: null },
    ],
    [
      'event  normal again  k  door',
      '事件  恢复正常  k  门',
      { kind: 'event', key: 'k', state: 'normal', value: null, limit: 1, unit: '', message: { en: 'door', zh: '门' } },
    ],
    [
      'PROTECTED STREAM  west/methane  scale: 0.01 → 0.005, approved by zhang + li',
      '法定数据流  west/methane  scale：0.01 → 0.005，zhang + li 批准',
      { ...shaped, what: 'scale', from: 0.01, to: 0.005, who: 'zhang + li' },
    ],
    [
      'PROTECTED STREAM  west/methane  rules.gas.HH: 1 → –, approved by zhang + li',
      '法定数据流  west/methane  rules.gas.HH：1 → –，zhang + li 批准',
      { ...shaped, what: 'rules.gas.HH', from: 1, to: null, who: 'zhang + li' },
    ],
    [
      'FILLED IN LATER  g would have alarmed at 2026-11-21 08:10:00 +08:00  1.5 %, limit 1 %  methane high',
      '事后补传  g 本应在 2026-11-21 08:10:00 +08:00 报警  1.5 %，限值 1 %  甲烷高',
      { ...filledIn, finding: 'raised' },
    ],
    [
      'FILLED IN LATER  g was beyond its limit from 2026-11-21 08:00:00 +08:00 to 2026-11-21 08:10:00 +08:00  1.5 %, limit 1 %',
      '事后补传  g 在 2026-11-21 08:00:00 +08:00 至 2026-11-21 08:10:00 +08:00 超限  1.5 %，限值 1 %',
      { ...filledIn, finding: 'exceeded' },
    ],
    [
      'PROTECTED STREAM  west/methane  protection by law began',
      '法定数据流  west/methane  开始受法律保护',
      { ...shaped, what: 'protection', from: null, to: { scale: 0.01, 'address.register': 7 }, who: 'gateway' },
    ],
  ])('%s', (en, zh, entry) => {
    expect(line('en', entry)).toBe(`2026-11-21 09:00:00 +08:00  ${en}`);
    expect(line('zh', entry)).toBe(`2026-11-21 09:00:00 +08:00  ${zh}`);
  });

  test('without a time, of a gap, and of what a newer gateway may send', () => {
    expect(line('zh', { ...offline, time: null })).toBe('时间未知  device climate-1：offline（no answer）');
    expect(line('en', { reason: 'not-kept', from: 3 }, 'gap')).toContain('some lines are missing');
    expect(line('zh', { reason: 'other-epoch', from: 3 }, 'gap')).toContain('另起新日志');
    expect(line('en', {}, 'advice')).toBeUndefined();
  });

  test('the first one is the list', () => {
    expect(line('en', { offset: 3, isFlooded: false, alarms: [alarm()] }, 'snapshot')).toMatch(/^1 alarm, 1 to ack/);
  });
});

describe('the key a person means', () => {
  const keys = ['heat/a/temperature/HH', 'heat/a/temperature/H', 'heat/b/temperature/H', 'damp/a/humidity/H'];
  test.each([
    ['heat/a/temperature/H', ['heat/a/temperature/H']],
    ['a/temperature/H', ['heat/a/temperature/H']],
    ['damp', ['damp/a/humidity/H']],
    ['hum', ['damp/a/humidity/H']],
    ['temperature/H', ['heat/a/temperature/H', 'heat/b/temperature/H']],
    ['HH', ['heat/a/temperature/HH']],
    ['nh3', []],
  ])('by %s is %j', (part, meant) => {
    expect(keysMeant(keys, part)).toEqual(meant);
  });
});

test('an event stream is read alike however it is cut', () => {
  const text =
    'retry: 2000\n\nevent: alarm\nid: e-1\ndata: {"a":\ndata: 1}\n\n:\nid: e-4\n\nevent: flood\r\ndata: {}\r\n\r\n';
  const whole = [
    { event: '', id: 'e-0', data: '' },
    { event: 'alarm', id: 'e-1', data: '{"a":\n1}' },
    { event: '', id: 'e-4', data: '' },
    { event: 'flood', id: 'e-4', data: '{}' },
  ];
  for (let cut = 0; cut <= text.length; cut += 1) {
    const reader = new EventMessages('e-0');
    expect([...reader.take(text.slice(0, cut)), ...reader.take(text.slice(cut))]).toEqual(whole);
  }
});
