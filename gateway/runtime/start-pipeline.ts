import type { GapEntry, Log, TagTable } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { AlarmBook } from './alarms/alarm-book.js';
import { EventBook } from './alarms/event-book.js';
import { Findings } from './alarms/findings.js';
import { formerNames, presentKeys } from './former-names.js';
import { momentOf } from './alarms/moments.js';
import { LateJudge } from './alarms/late-judge.js';
import type { LatestValues } from './latest-values.js';
import { Modes } from './modes.js';
import { Pipeline } from './pipeline.js';
import { readMemory, saveMemory } from './pipeline-memory.js';
import { recall, Successors } from './recall.js';
import type { CompiledLink, CompiledSite } from './site-plan.js';
import type { Timeline } from './timeline.js';

/** What the pipeline is made with. */
interface PipelinePorts {
  readonly compiled: CompiledSite;
  readonly configuration: string;
  readonly journal: Journal;
  readonly timeline: Timeline;
  readonly latest: LatestValues;
  readonly log: Log;
  /** What this start had to say of the time the gateway was away. */
  readonly gap: GapEntry;
}

export interface StartedPipeline {
  readonly pipeline: Pipeline;
  readonly alarms: AlarmBook;
  readonly findings: Findings;
  readonly modes: Modes;
}

/** Away for longer than this, what was read before says nothing of now. */
const awayMs = 10_000;

/** Unknown counts as long: a box without a clock does not know how long it was off. */
export function wasAway({ time, lastKept }: GapEntry): boolean {
  const away = lastKept === null ? Number.NaN : time - lastKept.time;
  return !(away >= 0 && away <= awayMs);
}

function openBooks({ compiled, journal }: PipelinePorts): Omit<StartedPipeline, 'pipeline'> {
  const { events: conditions, alarms: definitions, formerKeys } = compiled.rules;
  const kept = journal.alarmsKept;
  const note = (entry: Parameters<Journal['note']>[0]): void => void journal.note(entry);
  const alarms = new AlarmBook({
    definitions,
    note,
    standing: [...kept.standing.values()],
    activations: kept.activations,
    isFlooded: kept.isFlooded,
  });
  const events = new EventBook({ conditions, note, active: journal.active });
  const all = new Map([...conditions, ...definitions]);
  const late = new LateJudge({ rulesOf: compiled.rules.untouched, alarms: definitions, note });
  const findings = new Findings({
    alarms,
    events,
    conditions: all,
    note,
    told: presentKeys(kept.exceedances, formerKeys),
    late,
  });
  const tables = compiled.links.flatMap(tablesOf);
  return { alarms, findings, modes: new Modes({ tables, note, standing: journal.modes.values() }) };
}

const tablesOf = ({ tables }: CompiledLink): TagTable[] =>
  [...tables.values()].flatMap((groups) => [...groups.values()]);

/** Restores what rules remembered, and brings them to where they were by the frames journaled since. */
export async function startPipeline(ports: PipelinePorts): Promise<StartedPipeline> {
  const { compiled, configuration, journal, timeline, latest, log, gap } = ports;
  const memory = readMemory(journal);
  const tables = [...compiled.links.flatMap(tablesOf), compiled.boxTable];
  const links = compiled.links.map(({ config }) => config);
  const { alarms, findings, modes } = openBooks(ports);
  compiled.rules.knowStanding((key) => findings.isStanding(key));
  compiled.restore(memory);
  findings.restore(memory?.findings);
  const pipeline = new Pipeline({
    tables: compiled.pipelines,
    rules: compiled.rules.rules,
    phases: compiled.rules.phases,
    times: compiled.rules.times,
    stamp: () => timeline.stamp(),
    mark: (frame) => modes.mark(frame),
    store: (frame) => journal.append(frame),
    onFrame: (frame) => latest.set(frame),
    onInput: (input) => findings.passed(input),
    onJudged: (judged) => findings.take(judged),
    tickedTo: memory?.tickedTo,
    log,
  });
  if (memory) await recall(pipeline, journal, memory.offset, new Successors(tables, links));
  const { formerKeys, rules } = compiled.rules;
  const at = momentOf(gap);
  findings.applyConfiguration(configuration, formerKeys, memory ? pipeline.tickedTo : null, at);
  findings.goOn(rules, at);
  modes.rename(formerNames({ rules: [], links }).devices, at);
  // A replay finds the same order: what the start changed, seconds up to it, and then whatever comes.
  pipeline.tick(gap.instant - 1);
  if (wasAway(gap)) compiled.rules.beginAgain();
  // From here on a kill finds the rules remembered.
  saveMemory(journal, pipeline, findings);
  return { pipeline, alarms, findings, modes };
}
