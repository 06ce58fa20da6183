import { siteLoader } from '../../config/index.js';
import { loadStoredSite } from '../../config/stored-site.js';
import { type Entry, silentLog } from '../../gateway/contract/index.js';
import { Replay } from '../../gateway/runtime/replay/replay.js';
import { buildDate } from '../../gateway/runtime/index.js';
import { VirtualSite } from '../support/virtual-site.js';
import { afternoon, backFill, type DayPhase, daySite, fillDay, morning } from './judged-day.js';
import { entryText, firstDifference, happened, isJudged } from './judged-entries.js';
import { type Finding, finding, type Proof, progress } from './proof.js';
import { ThinnedDay, thinnedSink } from './thinned-day.js';

const minute = 60_000;
const hour = 60 * minute;
const start = buildDate + 86_400_000;

interface Day {
  readonly hours: number;
  readonly pollMs: number;
}

/** A day of the works, virtual: what `at` says happens at those minutes. */
class DayRun {
  readonly site: VirtualSite;
  readonly thinned = new ThinnedDay();
  readonly #day: Day;
  readonly #tell: (done: number) => void;

  constructor(day: Day, tell: (done: number) => void) {
    this.#day = day;
    this.#tell = tell;
    this.site = new VirtualSite({
      startUtc: start,
      fill: fillDay(() => this.now, day.pollMs, start),
      sinks: this.thinned.sinks,
    });
  }

  /** ms into the day. */
  get now(): number {
    return this.site.clock.utc() - start;
  }

  /** Lets time pass up to `ms` into the day. */
  async until(ms: number): Promise<void> {
    while (this.now < ms) {
      await this.site.pass(Math.min(minute, ms - this.now));
      this.#tell(Math.floor(this.now / minute));
    }
  }

  /** Acknowledges what is unacknowledged, waiting for it when nothing is. Returns how many were. */
  async acknowledge(who: string): Promise<number> {
    const unseen = () => this.site.view.alarms().filter(({ base }) => base === 'unacknowledged');
    while (unseen().length === 0) await this.site.pass(minute);
    const waiting = unseen();
    for (const { key } of waiting) {
      await this.site.settle(this.site.acts.alarm(who, key, { act: 'acknowledge', comment: `seen by ${who}` }));
    }
    return waiting.length;
  }

  async judged(): Promise<Entry[]> {
    return (await this.site.entries()).filter(isJudged);
  }

  get text(): string {
    return daySite(morning, this.#day.pollMs);
  }
}

async function replayed(site: VirtualSite): Promise<{ entries: Entry[]; frames: number; ms: number }> {
  const load = siteLoader(site.registries);
  const entries: Entry[] = [];
  const replay = new Replay({
    journal: site.gateway.journal,
    registries: site.registries,
    siteOf: async (files) => (await loadStoredSite(load, files)).site,
    note: (entry) => entries.push(entry),
    log: silentLog,
  });
  await site.settle(site.gateway.journal.flushed());
  const began = performance.now();
  const { frames } = await replay.run();
  return { entries, frames, ms: performance.now() - began };
}

/** The day with a deadband sink, two restarts, a reload, three people acknowledging, and a back-fill; then its replay. */
async function eventfulDay(day: Day, say: (line: string) => void): Promise<readonly Finding[]> {
  const end = day.hours * hour;
  const run = new DayRun(day, progress(say, 'minutes of the day', end / minute));
  const { site } = run;
  const began = performance.now();
  const text = (phase: DayPhase): string => daySite(phase, day.pollMs) + thinnedSink;
  await site.boot(text(morning));
  let acknowledged = 0;
  const acts: readonly (readonly [number, () => Promise<void>])[] = [
    [0.2 * end, async () => void (acknowledged += await run.acknowledge('li'))],
    [0.3 * end, () => restart(site, text(morning), 0)],
    [0.45 * end, () => restart(site, text(morning), 3 * minute)],
    [0.5 * end, async () => void (acknowledged += await run.acknowledge('wang'))],
    [0.6 * end, () => restart(site, text(afternoon), 0)],
    [0.8 * end, async () => void (acknowledged += await run.acknowledge('zhang'))],
  ];
  for (const [at, act] of acts) {
    await run.until(at);
    await act();
  }
  await run.until(end);
  const speed = end / (performance.now() - began);
  await restart(site, text(afternoon), 0);
  const judged = await run.judged();
  const live = judged.map(entryText);
  const { entries, frames, ms } = await replayed(site);
  const difference = firstDifference(live, entries.map(entryText));
  if (difference) say(`  ${difference}`);
  const ofPeak = judged.filter((entry) => entryText(entry).includes('methane/logger/methane/HH'));
  const apart = ofPeak.filter(({ kind }) => kind === 'late').length;
  const ofLogger = ofPeak.length - apart;
  const isFilled = end > backFill.readMs + backFill.toMs - backFill.fromMs;
  const thinned = await run.thinned.findings(site, say);
  await site.stop();
  return [
    finding('made at', `${speed.toFixed(0)} × real time`, '≥ 200 ×', speed >= 200),
    finding('alarms acknowledged by three people', acknowledged, '≥ 3', acknowledged >= 3),
    finding('entries of the day (alarms, events, exceedances)', live.length, '≥ 20', live.length >= 20),
    finding('replay: entries that differ', difference ? 'some' : 0, '0, byte for byte', difference === undefined),
    finding('live entries from the back-filled peak', isFilled ? ofLogger : 'not reached', '0', ofLogger === 0),
    finding('late entries from it, told apart', isFilled ? apart : 'not reached', '≥ 1', !isFilled || apart > 0),
    finding('replay speed', `${(end / ms).toFixed(0)} × real time, ${frames} frames`, 'printed', true),
    ...thinned,
  ];
}

async function restart(site: VirtualSite, text: string, offMs: number): Promise<void> {
  await site.stop(offMs);
  await site.boot(text);
}

/** A stop in order tells how far a chattering alarm was counted, so a day of restarts tells counts more often. */
const isCount = (entry: Entry): boolean => entry.kind === 'alarm' && entry.change === 'chattering';

/** What happened, alarm by alarm: after a restart a bus may be polled in another order within the same second. */
const byAlarm = (entries: readonly Entry[]): string[] =>
  entries
    // What was seen of history that is filled in is not remembered over a start.
    .filter((entry) => !isCount(entry) && entry.kind !== 'late')
    .map((entry, index) => ({ key: 'key' in entry ? entry.key : '', index, text: happened(entry) }))
    .sort((a, b) => (a.key === b.key ? a.index - b.index : a.key < b.key ? -1 : 1))
    .map(({ text }) => text);

/** The day undisturbed, and the day with a restart each minute: the same alarms. */
async function restartedDay(day: Day, say: (line: string) => void): Promise<readonly Finding[]> {
  const end = day.hours * hour;
  const undisturbed = new DayRun(day, progress(say, 'minutes of the undisturbed day', end / minute));
  await undisturbed.site.boot(undisturbed.text);
  await undisturbed.until(end);
  const wanted = byAlarm(await undisturbed.judged());
  await undisturbed.site.stop();
  const run = new DayRun(day, progress(say, 'minutes of the day of restarts', end / minute));
  await run.site.boot(run.text);
  let restarts = 0;
  for (let at = minute; at <= end; at += minute) {
    // Just after a reading: a restart that took the place of one would differ by that reading.
    await run.until(Math.floor(at / day.pollMs) * day.pollMs + 300);
    await restart(run.site, run.text, 0);
    restarts += 1;
  }
  await run.until(end);
  const found = byAlarm(await run.judged());
  await run.site.stop();
  const difference = firstDifference(wanted, found);
  if (difference) say(`  ${difference}`);
  return [
    finding('restarts in process', restarts, `${end / minute}`, restarts === end / minute),
    finding('entries of the undisturbed day', wanted.length, 'printed', wanted.length > 0),
    finding('what differs from it', difference ?? 'nothing', 'nothing', difference === undefined),
  ];
}

/** Same inputs, same alarms: replay, restarts, reload, acknowledgements, back-fill. */
export const replayDay: Proof = {
  summary: 'a day replayed byte for byte, and a day restarted each minute, raise the same alarms',
  async run({ isFull, say }) {
    const eventful: Day = isFull ? { hours: 24, pollMs: 2000 } : { hours: 11, pollMs: 10_000 };
    // No window or delay is a whole multiple of 7 s: a restart costs milliseconds of the timeline, and what falls on the
    // very end of a window would fall beside it.
    const restarted: Day = { hours: isFull ? 24 : 4, pollMs: 7000 };
    return [...(await eventfulDay(eventful, say)), ...(await restartedDay(restarted, say))];
  },
};
