import type { Text } from '../../../gateway/contract/index.js';
import type { Observations, UnitObservations, Verdict } from './observations.js';
import { isMaster } from './unasked.js';
import { type Facts, type FindingKind, findingTexts } from './finding-texts.js';

/** One thing that is wrong, or right, with a link. */
export interface LinkFinding {
  readonly kind: FindingKind;
  /** Devices concerned; empty: the whole link. */
  readonly devices: readonly string[];
  readonly cause: Text;
  readonly remedy: Text;
}

/** What explains what was seen of a link, what concerns all of it first. Pure; never empty. */
export function diagnose(seen: Observations): LinkFinding[] {
  const ofLink = linkFindings(seen);
  if (ofLink.some(({ kind }) => endsIt.has(kind))) return ofLink;
  const ofUnits = joined(seen.units.flatMap((unit) => unitFindings(seen, unit)));
  const all = [...ofLink, ...summed(seen, ofUnits, ofLink)];
  return all.length > 0 ? all : [finding(seen, 'healthy', seen.units, { ms: slowestMs(seen) })];
}

/** After these nothing more can be said of the link. */
const endsIt = new Set<FindingKind>([
  'port-missing',
  'permission-denied',
  'port-in-use',
  'port-unusable',
  'refused',
  'unreachable',
  'unknown-host',
]);

const openingKinds = {
  missing: 'port-missing',
  denied: 'permission-denied',
  busy: 'port-in-use',
  unusable: 'port-unusable',
  refused: 'refused',
  unreachable: 'unreachable',
  'unknown-host': 'unknown-host',
} as const;

/** Connections lost before it is called flapping: one may be an accident. */
const lossesMin = 2;

function linkFindings(seen: Observations): LinkFinding[] {
  const { opening, unasked, units, losses } = seen;
  if (opening) return [finding(seen, openingKinds[opening.kind], [], { code: opening.code, who: opening.holders })];
  const found: LinkFinding[] = [];
  const isOtherFraming = units.some(({ answersUnder }) => answersUnder && answersUnder.framing !== seen.framing);
  if (losses >= lossesMin && !isOtherFraming) found.push(finding(seen, 'flapping', [], { count: losses }));
  if (unasked && isMaster(unasked)) {
    found.push(finding(seen, 'master-on-bus', [], { count: unasked.frames, setting: unasked.setting }));
  }
  const verdicts = units.flatMap((unit) => unit.verdicts);
  if (isSwapped(seen, verdicts)) found.push(finding(seen, 'swapped-wires', [], {}));
  else if (isNoisy(seen, verdicts)) found.push(finding(seen, 'noise', [], { count: noiseBytes(seen, verdicts) }));
  if (!seen.expectsEcho && verdicts.length > 0 && verdicts.every(({ hasEcho }) => hasEcho)) {
    found.push(finding(seen, 'echo', [], {}));
  }
  return found;
}

/** Zeros where an answer should be are the idle line heard the wrong way round; an answer may be heard so as well. */
function isSwapped({ unasked }: Observations, verdicts: readonly Verdict[]): boolean {
  if (verdicts.some(isRight)) return false;
  const turned = verdicts.filter(({ kind }) => kind === 'zeros' || kind === 'inverted').length;
  const isZeroBefore = unasked !== undefined && unasked.bytes > 0 && unasked.zeros === unasked.bytes;
  return turned * 2 > verdicts.length && (turned > 0 || isZeroBefore);
}

function noiseBytes({ unasked }: Observations, verdicts: readonly Verdict[]): number {
  const beside = verdicts.reduce((sum, one) => sum + (one.kind === 'answer' ? one.extraBytes : 0), 0);
  return beside + (unasked && !isMaster(unasked) ? unasked.bytes - unasked.zeros : 0);
}

/** Bytes that nobody asked for and that are nobody's frames: they explain damaged answers as well. */
const isNoisy = (seen: Observations, verdicts: readonly Verdict[]): boolean => noiseBytes(seen, verdicts) > 0;

const isRight = ({ kind }: Verdict): boolean => kind === 'answer' || kind === 'late' || kind === 'exception';

interface UnitFinding {
  readonly kind: FindingKind;
  readonly unit: UnitObservations;
  readonly facts: Facts;
}

const count = (verdicts: readonly Verdict[], ...kinds: readonly Verdict['kind'][]): number =>
  verdicts.filter(({ kind }) => kinds.includes(kind)).length;

/** What is wrong with one unit; nothing when it answers as it should. */
function unitFindings(seen: Observations, unit: UnitObservations): UnitFinding[] {
  const { verdicts } = unit;
  const say = (kind: FindingKind, facts: Facts = {}): UnitFinding[] => [{ kind, unit, facts }];
  const all = verdicts.length;
  const right = verdicts.filter(isRight).length;
  const elsewhere = right === 0 ? elsewhereFinding(seen, unit) : undefined;
  if (elsewhere) return say(elsewhere, { setting: unit.answersUnder });
  if (count(verdicts, 'zeros', 'inverted') > 0 && right === 0) return [];
  const doubled = count(verdicts, 'two-answers', 'collided');
  if (doubled > 0 && doubled * 2 >= all - count(verdicts, 'silent'))
    return say('double-address', { count: doubled, all });
  const damaged = count(verdicts, 'checksum', 'cut', 'collided', 'garbage');
  if (damaged > 0) return isNoisy(seen, verdicts) ? [] : say(damageKind(verdicts, right), { count: damaged, all });
  const stranger = verdicts.find((one) => one.kind === 'other-unit');
  if (stranger) return say('other-unit-answers', { other: stranger.unit });
  if (right === 0) return silentFinding(seen, unit);
  return [...lateFinding(unit), ...exceptionFinding(unit), ...missingFinding(unit)];
}

function elsewhereFinding(seen: Observations, { answersUnder }: UnitObservations): FindingKind | undefined {
  if (!answersUnder) return undefined;
  const { framing, serial } = answersUnder;
  if (framing !== seen.framing) return framing === 'tcp' ? 'framing-is-tcp' : 'framing-is-rtu';
  return serial.baud === seen.serial.baud ? 'wrong-parity' : 'wrong-speed';
}

function damageKind(verdicts: readonly Verdict[], right: number): FindingKind {
  const garbage = count(verdicts, 'garbage');
  if (right === 0 && garbage * 2 > verdicts.length) return 'not-understood';
  const cut = count(verdicts, 'cut');
  return cut > 0 && count(verdicts, 'checksum', 'collided', 'garbage') === 0 ? 'cut-answers' : 'crc-errors';
}

function silentFinding({ otherUnits }: Observations, unit: UnitObservations): UnitFinding[] {
  if (otherUnits.length > 0) return [{ kind: 'wrong-unit', unit, facts: { units: otherUnits } }];
  return [{ kind: 'no-answer', unit, facts: { all: unit.verdicts.length } }];
}

function lateFinding(unit: UnitObservations): UnitFinding[] {
  const late = unit.verdicts.flatMap((one) => (one.kind === 'late' ? [one.ms] : []));
  if (late.length === 0) return [];
  return [{ kind: 'slow', unit, facts: { ms: Math.max(...late), count: late.length, all: unit.verdicts.length } }];
}

const exceptionKinds: Readonly<Record<number, FindingKind>> = {
  1: 'wrong-function',
  2: 'wrong-address',
  3: 'wrong-address',
  5: 'busy',
  6: 'busy',
  10: 'behind-gateway',
  11: 'behind-gateway',
};

/** Modbus Application Protocol V1.1b3 §7. */
function exceptionFinding(unit: UnitObservations): UnitFinding[] {
  const refusal = unit.verdicts.find((one) => one.kind === 'exception');
  if (!refusal) return [];
  return [{ kind: exceptionKinds[refusal.code] ?? 'device-failure', unit, facts: { exception: refusal.code } }];
}

function missingFinding(unit: UnitObservations): UnitFinding[] {
  const silent = count(unit.verdicts, 'silent', 'lost');
  if (silent === 0) return [];
  return [{ kind: 'now-and-then', unit, facts: { count: silent, all: unit.verdicts.length } }];
}

/** Findings alike in kind and words are one, for several devices. */
function joined(found: readonly UnitFinding[]): UnitFinding[][] {
  const groups = new Map<string, UnitFinding[]>();
  for (const one of found) {
    const key = `${one.kind} ${JSON.stringify(one.facts.setting ?? one.facts.exception ?? '')}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

function summed(
  seen: Observations,
  groups: readonly (readonly UnitFinding[])[],
  ofLink: readonly LinkFinding[],
): LinkFinding[] {
  const isFlapping = ofLink.some(({ kind }) => kind === 'flapping');
  return groups.flatMap((group) => {
    const { kind, facts } = group[0] as UnitFinding;
    const units = group.map(({ unit }) => unit);
    const isAll = units.length === seen.units.length;
    // What a lost connection has explained.
    if (isFlapping && (kind === 'no-answer' || kind === 'now-and-then')) return [];
    if (kind === 'no-answer' && isAll && !seen.isSerial) return [finding(seen, 'tcp-silent', [], facts)];
    return [finding(seen, kind, units, facts)];
  });
}

function slowestMs({ units }: Observations): number {
  return Math.max(0, ...units.flatMap(({ verdicts }) => verdicts.map((one) => ('ms' in one ? one.ms : 0))));
}

function finding(seen: Observations, kind: FindingKind, units: readonly UnitObservations[], facts: Facts): LinkFinding {
  const devices = units.map(({ name }) => name);
  return { kind, devices, ...findingTexts(kind, { ...facts, seen, devices }) };
}
