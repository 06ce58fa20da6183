import { qualities, type Language, type QualityName } from '../contract/index.js';
import type { Cli } from './cli.js';
import type { Explanation } from './explain.js';
import { addressText } from './explain-address.js';
import { deliveredText, rawText } from './explain-number.js';
import { span } from './numbers.js';
import { siteTime } from './site-time.js';
import { table } from './table.js';

interface Source {
  readonly address?: unknown;
  readonly scale?: number;
  readonly offset?: number;
  readonly formula?: string;
}

function sourceRows({ m, language }: Cli, { source, value }: Explanation): string[][] {
  if (source === null) return [];
  const { address = source, scale = 1, offset = 0, formula } = source as Source;
  if (formula !== undefined) return [[m.explain.formula(), formula]];
  const rows = [[m.explain.address(), addressText(address, language)]];
  if (scale === 1 && offset === 0) return rows;
  rows.push([m.explain.scale(), m.explain.scaleFormula({ scale, offset })]);
  if (typeof value === 'number' && scale !== 0) {
    rows.push(['', m.explain.rawBack({ raw: rawText(value, { scale, offset }) })]);
  }
  return rows;
}

const qualityText = (name: string, language: Language): string => {
  const entry = qualities[name as QualityName];
  return entry && name !== 'good' ? `${name} (${entry.text[language]})` : name;
};

function timeText({ m }: Cli, { time, timeSpreadMs }: Explanation, zone: string, asked: number | undefined): string {
  if (time === null) return m.explain.timeUnknown();
  const utc = Date.parse(time);
  const texts = { time: siteTime(utc, zone), spread: span(timeSpreadMs) };
  const before = asked === undefined ? 0 : asked - utc;
  return before < 1000 ? m.explain.readAt(texts) : m.explain.before({ ...texts, span: span(before) });
}

/** How a number came to be, as people read it. `asked` is the time asked for, undefined for the newest. */
export function explainText(cli: Cli, found: Explanation, zone: string, asked: number | undefined): string {
  const { m, language } = cli;
  const { device, tag, value, unit, configuration, sequence, offset, epoch, link, profile, group, raw } = found;
  const { scale = 1, offset: added = 0 } = (found.source ?? {}) as Source;
  const number = typeof value === 'number' ? deliveredText(value, { scale, offset: added }) : String(value ?? '—');
  const { hash, version, appliedAt } = configuration;
  const applied =
    version === null
      ? m.explain.appliedUnknown({ hash: hash.slice(0, 12) })
      : m.explain.applied({
          hash: hash.slice(0, 12),
          version,
          time: appliedAt === null ? '?' : siteTime(Date.parse(appliedAt), zone),
        });
  const rows = [
    [m.explain.quality(), qualityText(found.quality, language)],
    [m.explain.read(), timeText(cli, found, zone, asked)],
    [m.explain.from(), m.explain.fromPlace({ link, profile, group })],
    ...sourceRows(cli, found),
    ...(raw === null ? [] : [[m.explain.raw(), raw]]),
    [m.explain.record(), m.explain.recordPlace({ device, sequence, offset, epoch: epoch.slice(0, 12) })],
    [m.explain.configuration(), applied],
  ];
  return `${m.explain.value({ tag: `${device}/${tag}`, value: `${number} ${unit}`.trim() })}\n${table(rows)}`;
}
