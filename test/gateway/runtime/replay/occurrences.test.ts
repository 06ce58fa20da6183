import { describe, expect, test } from '@jest/globals';
import type { AlarmEntry, AlarmState } from '../../../../gateway/contract/index.js';
import { compare, type Occurrence, Occurrences } from '../../../../gateway/runtime/replay/occurrences.js';
import { Duty, minute, second } from '../report/duty.js';

const gathered = (entries: readonly { readonly kind: string }[]): readonly Occurrence[] => {
  const occurrences = new Occurrences();
  for (const entry of entries) if (entry.kind === 'alarm') occurrences.take(entry as AlarmEntry);
  return occurrences.list;
};

const told = ({ key, raised, returned, activationsMin, isSilent }: Occurrence) => ({
  key,
  raised: raised.instant,
  returned: returned?.instant ?? null,
  activationsMin,
  isSilent,
});

describe('occurrences of alarms', () => {
  test('last from coming to going, whatever people did in between', () => {
    const duty = new Duty([{ key: 'tank/level/HH' }]);
    duty.is('tank/level/HH', true, 10 * second);
    duty.acknowledges('tank/level/HH', 20 * second);
    duty.is('tank/level/HH', false, 50 * second);
    duty.is('tank/level/HH', true, 5 * minute);
    expect(gathered(duty.entries).map(told)).toEqual([
      { key: 'tank/level/HH', raised: 10 * second, returned: 50 * second, activationsMin: 1, isSilent: false },
      { key: 'tank/level/HH', raised: 5 * minute, returned: null, activationsMin: 1, isSilent: false },
    ]);
  });

  test('that chatter are one, with the times it came at least', () => {
    const duty = new Duty([{ key: 'tank/level/HH' }, { key: 'pump/flow/L' }]);
    for (let at = 0; at < 60; at += 10) {
      duty.is('tank/level/HH', true, at * second);
      duty.is('tank/level/HH', false, (at + 5) * second);
    }
    duty.is('pump/flow/L', true, 20 * minute);
    const own = gathered(duty.entries).filter(({ key }) => key === 'tank/level/HH');
    const [first, next, chatter, ...others] = own.map(told);
    expect(others).toEqual([]);
    expect([first, next]).toMatchObject([
      { raised: 0, returned: 5 * second },
      { raised: 10 * second, returned: 15 * second },
    ]);
    // Six activations: two before, four in the burst, the last of them at 50 s.
    expect(chatter).toMatchObject({ raised: 20 * second, activationsMin: 4 });
    expect(Math.abs((chatter?.returned ?? 0) - 50 * second)).toBeLessThanOrEqual(minute);
  });

  test('that call nobody are told as such', () => {
    const duty = new Duty([{ key: 'tank/level/HH' }]);
    duty.does('tank/level/HH', { act: 'shelve', forMs: 10 * minute, reason: 'new gauge' }, 'li', 0);
    duty.is('tank/level/HH', true, minute);
    expect(gathered(duty.entries).map(told)).toMatchObject([{ raised: minute, isSilent: true }]);
  });

  test('go on where the journal has forgotten how they came, and under another name', () => {
    const duty = new Duty([{ key: 'tank/level/HH' }]);
    duty.is('tank/level/HH', true, minute);
    duty.acknowledges('tank/level/HH', 2 * minute);
    duty.is('tank/level/HH', false, 3 * minute);
    const [, acknowledged, returned] = duty.entries.filter(({ kind }) => kind === 'alarm') as AlarmEntry[];
    const renamed = { ...acknowledged, key: 'basin/level/HH', change: 'renamed', formerKey: 'tank/level/HH' };
    const after = { ...returned, key: 'basin/level/HH' };
    expect(gathered([acknowledged, renamed, after] as AlarmEntry[]).map(told)).toEqual([
      { key: 'basin/level/HH', raised: minute, returned: 3 * minute, activationsMin: 1, isSilent: false },
    ]);
  });

  test('end with what closed them', () => {
    const duty = new Duty([{ key: 'tank/level/HH' }]);
    duty.is('tank/level/HH', true, minute);
    const [raised] = duty.entries as AlarmEntry[];
    const state: AlarmState = { ...(raised as AlarmEntry).state, isAbnormal: true };
    const closed = { ...raised, change: 'closed', instant: 2 * minute, state } as AlarmEntry;
    expect(gathered([raised as AlarmEntry, closed]).map(told)).toMatchObject([{ returned: 2 * minute }]);
  });
});

describe('two histories', () => {
  const occurrence = (key: string, from: number, to: number | null): Occurrence => ({
    key,
    device: 'tank',
    tag: 'level',
    kind: 'HH',
    priority: 'low',
    message: { en: 'high', zh: '高' },
    unit: 'm',
    value: 9,
    limit: 8,
    raised: { instant: from, time: from },
    returned: to === null ? null : { instant: to, time: to },
    activationsMin: 1,
    isSilent: false,
  });

  test('have in common what stood at one time under one key', () => {
    const before = [occurrence('a', 0, 10), occurrence('a', 20, 30), occurrence('b', 5, null)];
    const now = [occurrence('a', 8, 25), occurrence('b', 100, 110), occurrence('c', 0, 10), occurrence('a', 40, 41)];
    const { added, gone } = compare(now, before);
    expect(added).toEqual([now[2], now[3]]);
    expect(gone).toEqual([]);
    expect(compare(before, now)).toEqual({ added: [], gone: [now[2], now[3]] });
    expect(compare([], before)).toEqual({ added: [], gone: before });
  });
});
