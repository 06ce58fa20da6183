import type { AlarmBase, AlarmDisplay, AlarmState, Moment, Priority, Rationale, Text } from '../../contract/index.js';
import type { AlarmBook } from './alarm-book.js';
import { displayOf, isAnnunciated, isSuppressed } from './alarm-state.js';
import type { AlarmDefinition } from './definition.js';

/** Why an alarm exists and how it is handled, as people and programs see it. */
export interface AlarmDefinitionView {
  readonly key: string;
  readonly device: string;
  readonly tag: string;
  /** `HH`, `H`, `L`, `LL`, `LINK`, … */
  readonly kind: string;
  readonly class: string;
  readonly priority: Priority;
  /** null where there is none, or where it changes. */
  readonly limit: number | null;
  readonly unit: string;
  readonly message: Text;
  readonly cause: Text | null;
  readonly consequence: Text | null;
  readonly action: Text;
  readonly respondWithinMs: number;
  readonly owner: string | null;
  readonly source: string | null;
  readonly date: string | null;
  readonly group: string | null;
  /** 0: it may not be shelved. */
  readonly shelveMaxMs: number;
  readonly secondPerson: boolean;
  /** Who may take it out of service; null: nobody. */
  readonly outOfServiceRole: Rationale['class']['outOfService'];
}

/** An alarm that is not at rest. Times are RFC 3339 in UTC; null while the time was not known. */
export interface AlarmView extends AlarmDefinitionView {
  readonly state: AlarmDisplay;
  readonly base: AlarmBase;
  readonly isAbnormal: boolean;
  /** It calls for a person. */
  readonly isAnnunciated: boolean;
  readonly value: number | null;
  readonly quality: string;
  readonly raised: string | null;
  /** ms since it became abnormal; null when it is not. */
  readonly raisedForMs: number | null;
  readonly acknowledged: { readonly who: string; readonly comment: string; readonly time: string | null } | null;
  readonly shelf: { readonly who: string; readonly reason: string; readonly leftMs: number } | null;
  readonly suppression: { readonly by: string; readonly leftMs: number } | null;
  readonly outOfService: { readonly who: string; readonly reason: string; readonly since: string | null } | null;
  /** Activations since it began to chatter; null when it does not. */
  readonly chatter: number | null;
  /** What came first in its group: one alarm, or several whose clocks do not tell which. */
  readonly firstOut: readonly string[];
  /** ms since its condition was last known; null while it is. */
  readonly lastKnownMs: number | null;
  /** For a lost link or device: how many alarms below it are not judged meanwhile. */
  readonly covers: number;
}

const rfc3339 = (time: number | null | undefined): string | null =>
  typeof time === 'number' && Number.isFinite(time) ? new Date(time).toISOString() : null;

export function definitionView(definition: AlarmDefinition): AlarmDefinitionView {
  const { key, device, tag, kind, limit, unit, message, rationale } = definition;
  const {
    class: policy,
    priority,
    cause,
    consequence,
    action,
    respondWithinMs,
    owner,
    source,
    date,
    group,
  } = rationale;
  return {
    key,
    device,
    tag,
    kind,
    class: policy.name,
    priority,
    limit: Number.isFinite(limit) ? limit : null,
    unit,
    message,
    cause: cause ?? null,
    consequence: consequence ?? null,
    action,
    respondWithinMs,
    owner: owner ?? null,
    source: source ?? null,
    date: date ?? null,
    group: group ?? null,
    shelveMaxMs: policy.shelveMaxMs,
    secondPerson: policy.secondPerson,
    outOfServiceRole: policy.outOfService,
  };
}

/** Which devices hang below a lost link or device, by the key of its alarm. */
export type DevicesBelow = (key: string) => ReadonlySet<string>;

/** Alarms of each device, counted once. */
function countByDevice(definitions: Iterable<AlarmDefinition>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { device, kind } of definitions) if (kind !== 'LINK') counts.set(device, (counts.get(device) ?? 0) + 1);
  return counts;
}

/** Alarms below a lost link or device, itself not among them. */
function coveredBy(counts: ReadonlyMap<string, number>, kind: string, below: ReadonlySet<string>): number {
  const all = [...below].reduce((sum, device) => sum + (counts.get(device) ?? 0), 0);
  return kind === 'DEVICE' ? all - 1 : all;
}

function stateView(state: AlarmState, now: Moment) {
  const { raised, acknowledged, shelf, suppression, outOfService, chatter, firstOut } = state;
  const left = (until: Moment): number => Math.max(0, until.instant - now.instant);
  return {
    state: displayOf(state),
    base: state.base,
    isAbnormal: state.isAbnormal,
    isAnnunciated: isAnnunciated(state),
    raised: rfc3339(raised?.time),
    raisedForMs: state.isAbnormal && raised ? now.instant - raised.instant : null,
    acknowledged: acknowledged && {
      who: acknowledged.who,
      comment: acknowledged.comment,
      time: rfc3339(acknowledged.time),
    },
    shelf: shelf && { who: shelf.who, reason: shelf.reason, leftMs: left(shelf.until) },
    suppression: suppression && isSuppressed(state) ? { by: suppression.by, leftMs: left(suppression.until) } : null,
    outOfService: outOfService && {
      who: outOfService.who,
      reason: outOfService.reason,
      since: rfc3339(outOfService.since.time),
    },
    chatter: chatter?.count ?? null,
    firstOut: firstOut.map(({ key }) => key),
  };
}

/** Alarms that are not at rest, the most pressing first, of these the newest. */
export function alarmViews(
  book: AlarmBook,
  definitions: ReadonlyMap<string, AlarmDefinition>,
  devicesBelow: DevicesBelow,
  now: Moment,
): AlarmView[] {
  const counts = countByDevice(definitions.values());
  const views = [...book.standing].flatMap(([key, { state, last }]): AlarmView[] => {
    const definition = definitions.get(key);
    if (!definition) return [];
    const lastKnown = book.lastKnown(key);
    const isLost = state.isAbnormal && (definition.kind === 'LINK' || definition.kind === 'DEVICE');
    return [
      {
        ...definitionView(definition),
        ...stateView(state, now),
        limit: last.limit,
        value: last.value,
        quality: last.quality,
        lastKnownMs: lastKnown === undefined ? null : now.instant - lastKnown,
        covers: isLost ? coveredBy(counts, definition.kind, devicesBelow(key)) : 0,
      },
    ];
  });
  return views.sort(pressing);
}

const rank: Readonly<Record<Priority, number>> = { critical: 0, high: 1, medium: 2, low: 3 };

/** What calls for a person before what does not, then by priority, then the newest. */
const pressing = (a: AlarmView, b: AlarmView): number =>
  Number(b.isAnnunciated) - Number(a.isAnnunciated) ||
  rank[a.priority] - rank[b.priority] ||
  (a.raisedForMs ?? Number.POSITIVE_INFINITY) - (b.raisedForMs ?? Number.POSITIVE_INFINITY);
