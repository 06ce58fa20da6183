import { describe, expect, test } from '@jest/globals';
import {
  type AlarmClass,
  type AlarmEntry,
  type ConditionDescription,
  type EventEntry,
  type Judgement,
  type Rationale,
  silentLog,
} from '../../../gateway/contract/index.js';
import type { Journal } from '../../../gateway/journal/index.js';
import { AlarmBook } from '../../../gateway/runtime/alarms/alarm-book.js';
import { EventBook } from '../../../gateway/runtime/alarms/event-book.js';
import { LateJudge } from '../../../gateway/runtime/alarms/late-judge.js';
import { Findings, type StartedRule } from '../../../gateway/runtime/alarms/findings.js';
import type { Judged } from '../../../pipelines/index.js';
import { frameOf, tableSpec } from '../../support/frames.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { open } from '../../support/open-in-memory.js';
import { readLane } from '../../support/read-lane.js';

const described = (key: string): ConditionDescription => ({
  key,
  device: 'd1',
  tag: 'v0',
  kind: 'H',
  limit: 28,
  unit: '°C',
  message: { en: 'too hot', zh: '温度过高' },
});
const eventKey = 'warm/d1/v0/H';
const alarmKey = 'heat/d1/v0/H';
const policy = { name: 'process', acknowledge: true, latch: false, toxic: false, reAnnunciateMs: null } as AlarmClass;
const rationale = { class: policy, priority: 'low', action: { en: 'open the vents', zh: '打开风口' } } as Rationale;
const at = { instant: 50, time: 5000 };

/** A rule as the findings see it: what it holds active, and what it was told to assume. */
class Remembered implements StartedRule {
  readonly active: Set<string>;
  readonly conditions = [described(eventKey), described(alarmKey)];
  constructor(...active: string[]) {
    this.active = new Set(active);
  }
  get rule() {
    return {
      isActive: (key: string) => this.active.has(key),
      assumeActive: (key: string) => void this.active.add(key),
    };
  }
}

class Site {
  readonly journal: Journal;
  readonly findings: Findings;
  constructor(journal: Journal, known: readonly string[] = [eventKey, alarmKey]) {
    this.journal = journal;
    const has = (key: string) => known.includes(key);
    const conditions = new Map(has(eventKey) ? [[eventKey, described(eventKey)]] : []);
    const alarm = { ...described(alarmKey), rationale };
    const definitions = new Map(has(alarmKey) ? [[alarmKey, alarm]] : []);
    const note = (entry: Parameters<Journal['note']>[0]) => void journal.note(entry);
    const { alarmsKept } = journal;
    const alarms = new AlarmBook({ definitions, note, standing: [...alarmsKept.standing.values()] });
    const events = new EventBook({ conditions, note, active: journal.active });
    const all = new Map([...conditions, ...definitions]);
    const late = new LateJudge({ rulesOf: () => [], alarms: definitions, note });
    this.findings = new Findings({ alarms, events, conditions: all, note, told: alarmsKept.exceedances, late });
  }
  judge(key: string, condition: boolean | 'unknown', value: number): void {
    const frame = { ...frameOf(this.journal.table(tableSpec()), value), sequence: value };
    const judgement: Judgement = { key, condition, value, quality: 1, limit: 28, instant: value, since: value };
    const judged: Judged = { finding: judgement, cause: { frame }, spreadMs: 0 };
    this.findings.passed(judged.cause);
    this.findings.take(judged);
  }
  start(rule = new Remembered()): Remembered {
    this.findings.applyConfiguration('c2', new Map(), null, at);
    this.findings.goOn([rule], at);
    return rule;
  }
}

async function told(journal: Journal): Promise<(EventEntry | AlarmEntry)[]> {
  await journal.committed();
  return (await readLane(journal.alarms)).flatMap(({ record }) =>
    record.kind === 'event' || record.kind === 'alarm' ? [record] : [],
  );
}
const changeOf = (entry: EventEntry | AlarmEntry): string => (entry.kind === 'event' ? entry.state : entry.change);

describe('findings', () => {
  test('one event a change, with frame and label of what caused it; unknown neither raises nor clears', async () => {
    const site = new Site(await open(new MemoryDisk(), { log: silentLog }));
    site.start();
    for (const [condition, value] of [
      [true, 29],
      [true, 30],
      ['unknown', 31],
      [true, 32],
      [false, 20],
      [false, 19],
    ] as const) {
      site.judge(eventKey, condition, value);
    }
    expect((await told(site.journal)).map((entry) => [changeOf(entry), entry.cause, entry.instant])).toEqual([
      ['active', { sequence: 29, device: 'd1' }, 29],
      ['normal', { sequence: 20, device: 'd1' }, 20],
    ]);
    await site.journal.close();
  });

  test('what stands goes on over a restart: a rule that finds the same again says nothing', async () => {
    const disk = new MemoryDisk();
    const first = new Site(await open(disk));
    first.start();
    first.judge(eventKey, true, 29);
    first.judge(alarmKey, true, 29);
    await first.journal.close();
    const second = new Site(await open(disk));
    second.judge(eventKey, true, 29);
    second.judge(alarmKey, true, 29);
    second.start(new Remembered(eventKey, alarmKey));
    second.judge(eventKey, true, 30);
    second.judge(alarmKey, true, 30);
    expect((await told(second.journal)).map(changeOf)).toEqual(['active', 'raised']);
    await second.journal.close();
  });

  test('a rule that lost the frame which raised an alarm is told that it stands', async () => {
    const disk = new MemoryDisk();
    const first = new Site(await open(disk));
    first.start();
    first.judge(alarmKey, true, 29);
    first.judge(eventKey, true, 29);
    await first.journal.close();
    const second = new Site(await open(disk));
    const rule = second.start(new Remembered());
    expect([...rule.active].sort()).toEqual([alarmKey, eventKey]);
    expect(await told(second.journal)).toHaveLength(2);
    await second.journal.close();
  });

  test('what a rule found in the recall and the journal does not know is raised at the start', async () => {
    const site = new Site(await open(new MemoryDisk()));
    site.judge(alarmKey, true, 31);
    site.start(new Remembered(alarmKey));
    expect((await told(site.journal)).map((entry) => [changeOf(entry), entry.value])).toEqual([['raised', 31]]);
    await site.journal.close();
  });

  test('what the configuration has no more ends, with the configuration as its cause', async () => {
    const disk = new MemoryDisk();
    const first = new Site(await open(disk));
    first.start();
    first.judge(eventKey, true, 29);
    first.judge(alarmKey, true, 29);
    await first.journal.close();
    const second = new Site(await open(disk), []);
    second.start(new Remembered());
    expect((await told(second.journal)).slice(2).map((entry) => [changeOf(entry), entry.cause])).toEqual([
      ['closed', { configuration: 'c2' }],
      ['normal', { configuration: 'c2' }],
    ]);
    expect(second.journal.active.size + second.journal.alarmsKept.standing.size).toBe(0);
    await second.journal.close();
  });

  test('an exceedance that was told before a crash is not told again', async () => {
    const disk = new MemoryDisk();
    const exceedance = {
      exceeded: alarmKey,
      limit: 28,
      began: { instant: 10, time: 10_000 },
      instant: 40,
      peak: 31,
      mean: 30,
      readings: 3,
    };
    for (let run = 0; run < 2; run += 1) {
      const site = new Site(await open(disk));
      const frame = frameOf(site.journal.table(tableSpec()), 40);
      site.findings.passed({ frame });
      site.findings.take({ finding: exceedance, cause: { frame }, spreadMs: 0 });
      site.start();
      await site.journal.close();
    }
    const journal = await open(disk);
    const records = (await readLane(journal.alarms)).flatMap(({ record }) =>
      record.kind === 'exceedance' ? [record] : [],
    );
    expect(records).toMatchObject([{ key: alarmKey, peak: 31, mean: 30, readings: 3, durationMs: 30, instant: 40 }]);
    await journal.close();
  });
});
