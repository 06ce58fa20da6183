import type { NodeId } from 'node-opcua-client';
import { findNodes, nodeIdOf } from '../find-nodes.js';
import { type NodeName, type PathStep, parseNode, parseStep, type Place, standardNamespace } from '../place.js';
import type { SettingFault } from '../../streams/index.js';
import type { Server } from './describe-variables.js';
import type { References } from './references.js';

/** Why there is no such place. */
export interface PlaceFault {
  readonly why: 'missing' | 'ambiguous';
  /** What was asked for. */
  readonly step: string;
  /** Names there are instead, or the spellings that tell several of one name apart; the first few. */
  readonly candidates: readonly string[];
}

const objectsFolder: NodeName = { namespace: standardNamespace, id: 'i=85' };
const candidatesMax = 12;

/**
 * Where to begin, as typed: a node, or browse names below the Objects folder. `Plant/Boiler` are two steps where nothing
 * has that name as a whole. A namespace that is left out may be any.
 */
export function parseWhere(words: readonly string[]): Place | SettingFault {
  const [first = '', ...rest] = words;
  const isNode = /^(nsu=[^;]+;)?[isgb]=/s.test(first) || /^ns=\d+;/.test(first);
  const start = isNode ? parseNode(first) : undefined;
  if (start && 'remedy' in start) return start;
  const path: PathStep[] = [];
  for (const word of isNode ? rest : words) {
    const step = parseStep(word);
    if ('remedy' in step) return step;
    path.push(step);
  }
  return { start, path };
}

/** Follows the steps one by one. */
export async function findPlace(
  server: Server,
  references: References,
  { start, path }: Place,
): Promise<NodeId | PlaceFault> {
  const { opcua, namespaces } = server;
  const named = start && { namespace: start.namespace ?? standardNamespace, id: start.id };
  let here = nodeIdOf(opcua, namespaces, named ?? objectsFolder);
  if (!here)
    return {
      why: 'missing',
      step: `nsu=${named?.namespace ?? ''}`,
      candidates: [...server.names.uris].slice(0, candidatesMax),
    };
  const steps = [...path];
  for (let step = steps.shift(); step; step = steps.shift()) {
    const found = await follow(server, here, step);
    const [only, ...more] = found;
    if (more.length > 0) {
      const candidates = found.map(({ namespace }) => `nsu=${namespace};${step?.name ?? ''}`);
      return { why: 'ambiguous', step: step.name, candidates };
    }
    if (only) here = only.id;
    else if (step.namespace === undefined && /[^/]\/[^/]/.test(step.name)) {
      steps.unshift(
        ...step.name
          .split('/')
          .filter(Boolean)
          .map((name) => ({ namespace: undefined, name })),
      );
    } else return { why: 'missing', step: step.name, candidates: await namesBelow(references, here) };
  }
  return here;
}

/** The nodes one step leads to, by the namespace of their name. */
async function follow(
  { opcua, connection, namespaces, names, limits }: Server,
  from: NodeId,
  { namespace, name }: PathStep,
): Promise<{ readonly namespace: string; readonly id: NodeId }[]> {
  const uris = namespace === undefined ? names.uris : [namespace];
  const places = uris.map((uri) => ({ start: names.nameOf(from), path: [{ namespace: uri, name }] }));
  const found = await findNodes(opcua, connection, namespaces, places, limits.translate);
  const each = new Map<string, { namespace: string; id: NodeId }>();
  for (const [at, id] of found.entries()) if (id) each.set(id.toString(), { namespace: uris[at] as string, id });
  return [...each.values()];
}

async function namesBelow(references: References, node: NodeId): Promise<string[]> {
  const [below] = await references.below([node], candidatesMax);
  return (below?.references ?? []).flatMap(({ browseName }) => browseName?.name ?? []).slice(0, candidatesMax);
}
