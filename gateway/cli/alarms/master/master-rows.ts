import type { Text } from '../../../contract/index.js';
import type { SiteAlarm } from '../../../runtime/index.js';
import { type AlarmBlock, severityOf } from './alarm-block.js';
import type { MasterRow } from './columns.js';

const steps = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** A duration as a site file has it, in the largest unit that holds it whole: `30min`. */
export function durationText(ms: number): string {
  const [size, unit] = steps.find(([step]) => ms % step === 0) ?? [1, 'ms'];
  return `${ms / size}${unit}`;
}

/** What stands around a text is lost in a spreadsheet. */
const plain = (text: string | undefined): string => text?.trim() ?? '';
const sentence = (text: Text | undefined): readonly [zh: string, en: string] => [plain(text?.zh), plain(text?.en)];

/** One alarm as the master alarm database has it. */
function masterRow({ definition, rule }: SiteAlarm, blocks: ReadonlyMap<string, AlarmBlock>): MasterRow {
  const { key, device, tag, kind, limit, unit, rationale } = definition;
  const [causeZh, causeEn] = sentence(rationale.cause);
  const [consequenceZh, consequenceEn] = sentence(rationale.consequence);
  const [actionZh, actionEn] = sentence(rationale.action);
  return {
    key,
    device,
    tag,
    kind,
    limit: Number.isFinite(limit) ? String(limit) : '',
    unit,
    class: rationale.class.name,
    priority: rationale.priority,
    causeZh,
    causeEn,
    consequenceZh,
    consequenceEn,
    actionZh,
    actionEn,
    respondWithin: durationText(rationale.respondWithinMs),
    severity: rule === undefined ? '' : severityOf(blocks.get(rule), kind),
    owner: plain(rationale.owner),
    source: plain(rationale.source),
    date: plain(rationale.date),
    group: plain(rationale.group),
  };
}

/** The master alarm database: why each alarm exists and what a person does about it, a row an alarm. */
export const masterRows = (alarms: readonly SiteAlarm[], blocks: ReadonlyMap<string, AlarmBlock>): MasterRow[] =>
  alarms.map((alarm) => masterRow(alarm, blocks));
