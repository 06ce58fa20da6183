import { type Cli, sayJson } from '../../cli.js';
import { siteOf } from '../../options.js';
import { columns, headingOf } from './columns.js';
import { formatOf, writeSheetFile } from './sheet-file.js';
import { type MasterOptions, masterOf } from './site-master.js';

/** Writes the master alarm database of a site file as a spreadsheet. */
export async function exportMaster(cli: Cli, file: string, { site: given, json }: MasterOptions): Promise<void> {
  formatOf(cli, file);
  const { rows } = await masterOf(await siteOf(cli, given));
  const head = columns.map((column) => headingOf(cli.m, column));
  const cells = [head, ...rows.map((row) => columns.map((column) => row[column]))];
  await writeSheetFile(cli, file, cells, columns.indexOf('limit'));
  if (json) sayJson(cli, { file, alarms: rows });
  else cli.say(cli.m.master.exported({ file, count: rows.length }));
}
