import type { Fault } from '../gateway/contract/index.js';
import type { Plant } from './plant.js';

/** What each fault needs beside its kind: names of numbers, and `tag`, a text. */
const faultFields: Readonly<Record<Fault['kind'], readonly string[]>> = {
  late: ['share', 'fromMs', 'toMs'],
  dropped: ['share'],
  duplicated: ['share'],
  merged: ['share'],
  truncated: ['share'],
  garbage: ['share'],
  'foreign-frame': ['share'],
  exception: ['share', 'code'],
  'half-open': [],
  dead: ['unit'],
  slow: ['unit', 'byMs'],
  hole: ['unit', 'from', 'to'],
  drift: ['unit', 'tag', 'perHour'],
  stuck: ['unit', 'tag'],
  'broken-sensor': ['unit', 'tag'],
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function isFault(value: unknown): value is Fault {
  if (!isFields(value)) return false;
  const fields = new Map(Object.entries(faultFields)).get(String(value['kind']));
  return fields?.every((name) => typeof value[name] === (name === 'tag' ? 'string' : 'number')) ?? false;
}

const optionalText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/**
 * Carries out one order as it comes in a line of JSON: `{"inject":{"kind":"dead","unit":3},"server":"house-bus"}`,
 * `{"heal":true}`, `{"happen":"fans lose power","plant":"house"}`,
 * `{"command":"motorCommandHz","value":30,"plant":"house"}`, `{"stop":true}`. Without `server` every server is meant.
 * Returns true when the field is to stop; throws a sentence when the order is none.
 */
export function carryOut(plant: Plant, line: string): boolean {
  const order: unknown = JSON.parse(line);
  if (!isFields(order)) throw new Error('an order is a JSON object');
  const { inject, heal, happen, command, value, stop } = order;
  const plantName = optionalText(order['plant']) ?? '';
  const server = optionalText(order['server']);
  if (inject !== undefined) {
    if (!isFault(inject)) throw new Error(`no such fault; kinds: ${Object.keys(faultFields).join(', ')}`);
    plant.inject(inject, server);
  } else if (heal === true) {
    plant.heal(server);
  } else if (typeof happen === 'string') {
    plant.happen(plantName, happen);
  } else if (typeof command === 'string' && (typeof value === 'number' || typeof value === 'boolean')) {
    plant.command(plantName, command, value);
  } else if (stop !== true) {
    throw new Error('an order is one of inject, heal, happen, command, stop');
  }
  return stop === true;
}
