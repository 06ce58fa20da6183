import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SiteProblem } from '../../../../config/index.js';
import { type Cli, sayJson } from '../../cli.js';
import { Failure } from '../../failure.js';
import { siteOf } from '../../options.js';
import { siteFileOf } from '../../site-file.js';
import { wrapText } from '../../text-width.js';
import type { FieldValue } from './alarm-block.js';
import { applyChanges } from './apply-changes.js';
import type { MasterRow } from './columns.js';
import { type CellRemark, type ReadMaster, readMaster } from './read-master.js';
import { readSheetFile } from './sheet-file.js';
import { type MasterOptions, masterOf } from './site-master.js';

/** The site with a changed file; its profiles are read as they lie. */
async function recheck(siteFile: string, text: string) {
  const { fileIo, loadSite } = await import('../../../../config/index.js');
  const own = resolve(siteFile);
  return loadSite(siteFile, {
    ...fileIo,
    read: (path) => (resolve(path) === own ? Promise.resolve(Buffer.from(text)) : fileIo.read(path)),
  });
}

const valueText = ({ m }: Cli, value: FieldValue | undefined): string => {
  if (value === undefined) return m.master.empty();
  return typeof value === 'string' ? value : `${value.zh} / ${value.en}`;
};

const placeText = ({ m }: Cli, file: string, { row, column, what }: CellRemark): string =>
  m.master.place({ file, row, column, what });

/** What an import comes to. */
interface Imported extends ReadMaster {
  readonly siteFile: string;
  readonly text: string;
  readonly refusals: readonly SiteProblem[];
}

/** Priorities that do not follow from what the sheet says. */
function priorityRemarks({ m }: Cli, { priorities }: ReadMaster, rows: readonly MasterRow[]): CellRemark[] {
  const priorityOf = new Map(rows.map(({ key, priority }) => [key, priority]));
  return priorities.flatMap(({ key, row, column, asked }) => {
    const priority = priorityOf.get(key);
    if (priority === undefined || priority === asked) return [];
    return [{ row, column, what: m.master.otherPriority({ site: priority }) }];
  });
}

async function imported(cli: Cli, file: string, given: string | undefined): Promise<Imported> {
  const { m } = cli;
  const site = await siteOf(cli, given);
  const siteFile = siteFileOf(cli, given) as string;
  const { alarms, rows, text: before } = await masterOf(site);
  const found = readMaster(m, await readSheetFile(cli, file), alarms, rows);
  if (!found) throw new Failure(m.master.noKeyColumn({ file, heading: m.master.headKey() }), 'wrong');
  const { text, problems } = applyChanges(m, before, found.changes, alarms);
  const inOrder = [...found.problems, ...problems].toSorted((a, b) => a.row - b.row);
  const all = { ...found, problems: inOrder, siteFile, text };
  if (all.problems.length > 0) return { ...all, refusals: [] };
  const after = await recheck(siteFile, text);
  if (!after.site) return { ...all, refusals: after.problems };
  const remarks = priorityRemarks(cli, found, (await masterOf(after.site)).rows);
  return { ...all, remarks: [...found.remarks, ...remarks], refusals: [] };
}

function changesText(cli: Cli, { changes, siteFile }: Imported): string {
  const { m } = cli;
  if (changes.length === 0) return m.master.nothing({ file: siteFile });
  const lines = changes.map(({ rule, kind, field, from, value, row }) =>
    m.master.change({ rule, kind, field, from: valueText(cli, from), to: valueText(cli, value), row }),
  );
  return [
    m.master.changesHead({ file: siteFile }),
    ...lines.map((line) => `  ${wrapText(line, cli.columns - 2, '    ')}`),
  ].join('\n');
}

/** Line ends as the file had them. */
async function write(siteFile: string, text: string): Promise<void> {
  const isWindows = (await readFile(siteFile, 'utf8')).includes('\r\n');
  await writeFile(siteFile, isWindows ? text.replaceAll('\n', '\r\n') : text);
}

/**
 * Reads a master alarm database back and shows what it changes in the site file; with `write` changes it. Nothing is
 * written while a cell has to be mended, or when the site file would not be right with it.
 */
export async function importMaster(
  cli: Cli,
  file: string,
  { site, json, write: isAsked = false }: MasterOptions & { readonly write?: boolean },
): Promise<void> {
  const { m } = cli;
  const result = await imported(cli, file, site);
  const { problems, remarks, refusals, changes, siteFile, text } = result;
  const isFine = problems.length === 0 && refusals.length === 0;
  const isWritten = isAsked && isFine && changes.length > 0;
  if (isWritten) await write(siteFile, text);
  if (json) sayJson(cli, { siteFile, isWritten, changes, remarks, problems, refusals });
  else {
    cli.say(changesText(cli, result));
    const told = (head: string, list: readonly CellRemark[]): void => {
      if (list.length > 0) cli.tell([head, ...list.map((one) => `  ${placeText(cli, file, one)}`)].join('\n'));
    };
    told(m.master.remarksHead(), remarks);
    told(m.master.problemsHead(), problems);
    if (isFine && changes.length > 0) cli.say(isWritten ? m.master.written({ file: siteFile }) : m.master.notWritten());
  }
  if (problems.length > 0) throw new Failure(m.master.left({ count: problems.length }), 'wrong');
  if (refusals.length === 0) return;
  const { formatProblem } = await import('../../../../config/index.js');
  const told = refusals.map((problem) => formatProblem(problem, cli.language));
  throw new Failure([m.master.refused(), ...told].join('\n'), 'wrong');
}
