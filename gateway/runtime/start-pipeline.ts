import type { Log } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import { EventBook } from './event-book.js';
import type { LatestValues } from './latest-values.js';
import { Pipeline, type PipelineMemory } from './pipeline.js';
import type { CompiledSite } from './site-plan.js';
import type { Timeline } from './timeline.js';

/** What the pipeline is made with. */
interface PipelinePorts {
  readonly compiled: CompiledSite;
  readonly configuration: string;
  readonly journal: Journal;
  readonly timeline: Timeline;
  readonly latest: LatestValues;
  readonly log: Log;
}

/** Journals what rules and transforms remember, and up to which frame. */
export function saveMemory(journal: Journal, pipeline: Pipeline): void {
  const memory = { ...pipeline.snapshot(), offset: journal.samples.next };
  journal.saveMemory(new Map([['pipeline', memory as never]]));
}

/** Restores what rules remembered, and brings them to where they were by the frames journaled since. */
export async function startPipeline(ports: PipelinePorts): Promise<Pipeline> {
  const { compiled, configuration, journal, timeline, latest, log } = ports;
  const memory = journal.memory('pipeline') as (PipelineMemory & { offset: number }) | undefined;
  const events = new EventBook(journal, compiled.conditions);
  const goOn = compiled.restore(memory, (rule, conditions) => events.ruleFailed(rule, conditions));
  const pipeline = new Pipeline({
    tables: compiled.pipelines,
    stamp: () => timeline.stamp(),
    store: (frame) => journal.append(frame),
    onFrame: (frame) => latest.set(frame),
    onJudged: (judged) => events.judged(judged),
    tickedTo: memory?.tickedTo,
    log,
  });
  if (memory) await recall(pipeline, journal, memory.offset);
  events.start(
    () => timeline.stamp(),
    configuration,
    (key) => goOn.has(key),
  );
  // From here on a kill finds the rules remembered.
  saveMemory(journal, pipeline);
  return pipeline;
}

async function recall(pipeline: Pipeline, { samples }: Journal, offset: number): Promise<void> {
  const reader = samples.reader();
  for (let at = Math.max(offset, samples.first); at < samples.committed; ) {
    const { records, next } = await reader.read(at, 1000, 4 * 2 ** 20);
    for (const frame of records) pipeline.recall(frame);
    at = next;
  }
  await reader.close();
}
