import type { Json } from '../contract/index.js';
import type { Journal } from '../journal/index.js';
import type { Findings } from './alarms/findings.js';
import type { Pipeline, PipelineMemory } from './pipeline.js';

/** Memory up to a frame: what came after it is gone through again. */
export interface KeptMemory extends PipelineMemory {
  readonly offset: number;
  readonly findings: Json;
}

/** What the record named `pipeline` says: where the parts are that belong together. */
interface Head {
  readonly tickedTo: number;
  readonly offset: number;
  readonly generation: number;
  readonly parts: number;
  readonly findings: Json;
}

/** Bytes of JSON to a part, far below what a record may hold. */
const partBytes = 1_000_000;

/** Memory as parts; each names what it holds by `t:` for transforms and `r:` for rules. */
function partsOf({ transforms, rules }: PipelineMemory): Record<string, Json>[] {
  const parts: Record<string, Json>[] = [];
  let bytes = Number.POSITIVE_INFINITY;
  const add = (key: string, json: Json): void => {
    if (bytes > partBytes) {
      parts.push({});
      bytes = 0;
    }
    bytes += key.length + JSON.stringify(json).length;
    (parts.at(-1) as Record<string, Json>)[key] = json;
  };
  for (const [key, json] of Object.entries(transforms)) add(`t:${key}`, json);
  for (const [key, json] of Object.entries(rules)) add(`r:${key}`, json);
  return parts;
}

/**
 * Journals what rules and transforms remember, and up to which frame. Two generations take turns, and the head that names
 * one comes last: a crash in between leaves the one before whole.
 */
export function saveMemory(journal: Journal, pipeline: Pipeline, findings: Findings): void {
  const before = journal.memory('pipeline') as Head | undefined;
  const generation = before?.generation === 0 ? 1 : 0;
  const memory = pipeline.snapshot();
  const parts = partsOf(memory);
  for (const [index, part] of parts.entries()) {
    journal.saveMemory(new Map([[`pipeline/${generation}/${index}`, part]]));
  }
  const { tickedTo } = memory;
  const offset = journal.samples.next;
  const head: Head = { tickedTo, offset, generation, parts: parts.length, findings: findings.snapshot() };
  journal.saveMemory(new Map([['pipeline', head as never]]));
}

/** What was journaled last; undefined when nothing was. */
export function readMemory(journal: Journal): KeptMemory | undefined {
  const head = journal.memory('pipeline') as Head | undefined;
  if (!head) return undefined;
  const transforms: Record<string, Json> = {};
  const rules: Record<string, Json> = {};
  for (let index = 0; index < head.parts; index++) {
    const part = (journal.memory(`pipeline/${head.generation}/${index}`) ?? {}) as Record<string, Json>;
    for (const [key, json] of Object.entries(part)) (key.startsWith('t:') ? transforms : rules)[key.slice(2)] = json;
  }
  const { tickedTo, offset, findings } = head;
  return { tickedTo, offset, findings, transforms, rules };
}
