import type { Occurrence } from '../../runtime/index.js';
import { priorityWord } from '../alarms/words.js';
import { readingText } from '../alarms/alarms-text.js';
import type { Cli } from '../cli.js';
import { short, span } from '../numbers.js';
import { siteTime } from '../site-time.js';
import { table } from '../table.js';
import { wrapText } from '../text-width.js';
import { notJudgedText } from './not-judged-text.js';
import { blindLines, remarksText } from './remarks-text.js';
import { approximateWhy, callingOf, type Replayed, ratePerHour } from './replayed.js';

/** More than these are told by alarm. */
const rowsMax = 40;

const two = (value: number): string => String(value).padStart(2, '0');

/** `+1:02:30`: hours, minutes and seconds from the first row. */
const elapsed = (ms: number): string => {
  const seconds = Math.floor(ms / 1000);
  return `+${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};

const forMs = ({ raised, returned }: Occurrence): number | undefined =>
  returned ? returned.instant - raised.instant : undefined;

class ReplayText {
  readonly #cli: Cli;
  readonly #replayed: Replayed;
  readonly #zone: string;
  readonly #added: ReadonlySet<Occurrence>;

  constructor(cli: Cli, replayed: Replayed, zone: string) {
    this.#cli = cli;
    this.#replayed = replayed;
    this.#zone = zone;
    this.#added = new Set(replayed.against?.added);
  }

  text(): string {
    const { alarms, against } = this.#replayed;
    const gone = against?.gone ?? [];
    const goneHead = this.#cli.m.replay.goneHead();
    const notJudged = notJudgedText(this.#cli, this.#replayed);
    const remarks = remarksText(this.#cli, this.#replayed);
    return [
      wrapText(this.#head().join('\n'), this.#cli.columns),
      ...(notJudged === '' ? [] : [notJudged]),
      ...(alarms.length > 0 ? [this.#list(alarms)] : []),
      ...(gone.length > 0 ? [`${goneHead}\n${this.#list(gone)}`] : []),
      ...(remarks === '' ? [] : [remarks]),
    ].join('\n\n');
  }

  #head(): string[] {
    const { m } = this.#cli;
    const { isGrowing, unjudged, alarms } = this.#replayed;
    const why = approximateWhy(this.#replayed);
    const silent = alarms.length - callingOf(this.#replayed);
    return [
      this.#judged(),
      ...(why ? [why[this.#cli.language]] : []),
      ...blindLines(this.#cli, this.#replayed.blind, (utc) => this.#time(utc)),
      ...(isGrowing ? [m.replay.growing()] : []),
      ...(unjudged > 0 ? [m.replay.unjudged({ count: unjudged })] : []),
      this.#rate(),
      ...(silent > 0 ? [m.replay.silent({ count: silent })] : []),
      ...this.#against(),
    ];
  }

  #judged(): string {
    const { m } = this.#cli;
    const { judged, isTable, from, to } = this.#replayed;
    if (from === null || to === null) return m.replay.judgedNoTime({ frames: judged });
    const told = { frames: judged, from: this.#time(from), to: this.#time(to), span: span(to - from) };
    return isTable ? m.replay.judgedRows(told) : m.replay.judged(told);
  }

  #rate(): string {
    const { m } = this.#cli;
    const count = this.#replayed.alarms.length;
    const rate = ratePerHour(this.#replayed);
    if (count === 0) return this.#replayed.notJudged.length > 0 ? m.replay.noneOfJudged() : m.replay.none();
    if (rate === undefined) return m.replay.noRate({ count });
    return count === 1 ? m.replay.rateOne({ rate: short(rate) }) : m.replay.rate({ count, rate: short(rate) });
  }

  #against(): string[] {
    const { against } = this.#replayed;
    if (!against) return [];
    const { file, count, added, gone } = against;
    const told = { count, added: added.length, gone: gone.length };
    const { replay } = this.#cli.m;
    return [file === undefined ? replay.against(told) : replay.againstSite({ ...told, file })];
  }

  /** One by one, or by alarm where they are many. */
  #list(list: readonly Occurrence[]): string {
    if (list.length <= rowsMax) return table(list.map((one) => this.#row(one)));
    const groups = new Map<string, Occurrence[]>();
    for (const one of list) {
      const group = groups.get(one.key);
      if (group) group.push(one);
      else groups.set(one.key, [one]);
    }
    const rows = [...groups.values()].sort((a, b) => b.length - a.length).map((group) => this.#groupRow(group));
    return `${this.#cli.m.replay.groupsHead()}\n${table(rows, 'rlll')}`;
  }

  #row(one: Occurrence): string[] {
    const { m } = this.#cli;
    const { raised, priority, key, value, limit, unit, activationsMin, isSilent } = one;
    const lasted = forMs(one);
    const notes = [
      ...(this.#added.has(one) ? [m.replay.new()] : []),
      ...(activationsMin > 1 ? [m.replay.chattered({ count: activationsMin })] : []),
      ...(isSilent ? [m.replay.noCall()] : []),
    ];
    return [
      raised.time === null ? m.alarms.noTime() : this.#time(raised.time),
      lasted === undefined ? m.replay.stands() : span(lasted),
      priorityWord(m, priority),
      key,
      readingText(this.#cli, value, limit, unit),
      notes.join(', '),
    ];
  }

  #groupRow(group: readonly Occurrence[]): string[] {
    const { m } = this.#cli;
    const [{ key, priority }] = group as [Occurrence];
    const lasted = group.flatMap((one) => forMs(one) ?? []);
    const added = group.filter((one) => this.#added.has(one)).length;
    return [
      m.replay.times({ count: group.length }),
      priorityWord(m, priority),
      key,
      m.replay.total({ span: span(lasted.reduce((sum, ms) => sum + ms, 0)) }),
      m.replay.longest({ span: span(Math.max(0, ...lasted)) }),
      added > 0 ? m.replay.newCount({ count: added }) : '',
    ];
  }

  #time(utc: number): string {
    return this.#replayed.isRelative ? elapsed(utc) : siteTime(Math.round(utc), this.#zone);
  }
}

/** What a replay found, as people read it. */
export const replayText = (cli: Cli, replayed: Replayed, zone: string): string =>
  new ReplayText(cli, replayed, zone).text();
