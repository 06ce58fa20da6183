import type { ProfileSheet, SheetTag } from '../../../../config/index.js';
import type { Language } from '../../../contract/index.js';
import type { Cli } from '../../cli.js';
import { span } from '../../numbers.js';
import { table } from '../../table.js';
import { wrapText } from '../../text-width.js';
import type { CliMessages } from '../../messages/index.js';
import { messages } from '../../messages/index.js';

const cells = ({ name, unit, range, resolution, everyMs, from }: SheetTag): string[] => [
  name,
  unit,
  range ? `${range[0]} … ${range[1]}` : '',
  resolution === undefined ? '' : String(resolution),
  span(everyMs),
  from,
];

const heads = ({ profiles: t }: CliMessages): string[] => [t.tag(), t.unit(), t.range(), t.step(), t.every(), t.from()];

/** All profiles, a line each. */
export function profilesText({ m, language, columns }: Cli, sheets: readonly ProfileSheet[]): string {
  const rows = sheets.map(({ name, driver, summary }) => [name, driver, summary[language]]);
  const more = wrapText(m.profiles.more({ name: sheets[0]?.name ?? 'xy-md02' }), columns);
  return `${table(rows)}\n\n${more}`;
}

/** One profile with its tags. */
export function profileText({ m, language, columns }: Cli, sheet: ProfileSheet): string {
  const { name, summary, note, driver, device, tags } = sheet;
  const lines = [
    `${name}: ${summary[language]}`,
    m.profiles.speaks({ driver }),
    ...(device === '' ? [] : [m.profiles.device({ settings: device })]),
    ...(note ? [wrapText(note[language], columns)] : []),
  ];
  return `${lines.join('\n')}\n\n${table([heads(m), ...tags.map(cells)], 'lllrrl')}`;
}

const row = (texts: readonly string[]): string => `| ${texts.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

function section({ name, summary, note, driver, device, tags }: ProfileSheet, m: CliMessages): string {
  const head = heads(m);
  const lines = [row(head), row(head.map(() => '---')), ...tags.map((tag) => row(cells(tag)))];
  const told = [
    `${summary.en}\n${summary.zh}`,
    `\`driver: ${driver}\`${device === '' ? '' : ` · \`${device}\``}`,
    ...(note ? [`${note.en}\n\n${note.zh}`] : []),
  ];
  return [`## ${name}`, ...told, lines.join('\n')].join('\n\n');
}

/** All profiles as one page, in both languages. */
export function profilesPage(sheets: readonly ProfileSheet[]): string {
  const both = (['en', 'zh'] satisfies Language[]).map((language) => messages(language).profiles);
  const title = both.map((t) => t.pageTitle()).join(' · ');
  const intro = both.map((t) => t.pageIntro()).join('\n\n');
  const index = sheets.map(({ name, summary }) => `- [${name}](#${name}): ${summary.en} · ${summary.zh}`).join('\n');
  return (
    [`# ${title}`, intro, index, ...sheets.map((sheet) => section(sheet, messages('en'))), ''].join('\n\n').trimEnd() +
    '\n'
  );
}
