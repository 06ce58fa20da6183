import { isAscii, isUtf8 } from 'node:buffer';
import type { Text } from '../../gateway/contract/index.js';
import { parseRecordTime } from './record-time.js';
import type { FileLayout, TableLayout } from './table-layout.js';
import { type CutBatch, type CutRecord, cutText } from './text-form.js';

/** A whole record of a known table. */
export interface PointRecord {
  readonly table: TableLayout;
  readonly words: readonly string[];
  /** As it stands in the file. */
  readonly text: string;
  readonly line: number;
  readonly mine: string;
  readonly point: string;
  /** ms UTC; undefined where the table has no time. */
  readonly at: number | undefined;
}

/** Something in a file that cannot be used, with its line. */
export interface Damage {
  readonly line: number;
  readonly what: Text;
}

export interface TextFile {
  readonly records: readonly PointRecord[];
  readonly damages: readonly Damage[];
  /** The last thing in it is a batch's end mark. */
  readonly isEnded: boolean;
  /** It seems to be in UTF-8 while another encoding is declared. */
  readonly isOtherEncoding: boolean;
  /** Tables the header names and nobody declared: such files are for others. */
  readonly otherTables: readonly string[];
}

/** More would say the same. The rest is counted by the last one. */
const damagesMax = 20;

/** What a decoder leaves where bytes are no character of the encoding. */
const noCharacter = '\uFFFD';

/** Reads one file. What is damaged is told with its line and hides no other record. Never throws. */
export function readTextFile(name: string, bytes: Uint8Array, layout: FileLayout): TextFile {
  const text = new TextDecoder(layout.encoding).decode(bytes);
  const cut = cutText(text, layout.form);
  const records: PointRecord[] = [];
  const damages: Damage[] = [];
  const otherTables: string[] = [];
  for (const batch of cut.batches) {
    const table = tableOf(batch, name, layout);
    if (!table) {
      if (batch.header[1]) otherTables.push(batch.header[1]);
      else if (batch.records[0]) damages.push(noTable(name, batch.records[0].line, layout));
      continue;
    }
    for (const one of batch.records) {
      const read = readRecord(one, table, layout);
      if ('table' in read) records.push(read);
      else damages.push(read);
    }
  }
  if (cut.rest) damages.push(unended(cut.rest, layout));
  const isOtherEncoding = layout.encoding !== 'utf-8' && !isAscii(bytes) && isUtf8(bytes);
  return { records, damages: shortened(damages), isEnded: cut.isEnded, isOtherEncoding, otherTables };
}

/** The table the header names; without a header the one that has files of this name. */
function tableOf({ header }: CutBatch, name: string, { tables }: FileLayout): TableLayout | undefined {
  const named = header[1];
  if (named) return tables.get(named);
  return [...tables.values()].find(({ files }) => files(name));
}

function readRecord(cut: CutRecord, table: TableLayout, { zoneMinutes, encoding }: FileLayout): PointRecord | Damage {
  const { words, text, line } = cut;
  if (words.length < table.width) {
    return damage(
      line,
      `a record has ${words.length} fields, ${table.name} has ${table.width}: \`${shown(text)}\``,
      `记录只有 ${words.length} 个字段，${table.name} 应有 ${table.width} 个：“${shown(text)}”`,
    );
  }
  const read = [...table.fields].find(([, at]) => words[at]?.includes(noCharacter));
  if (read) {
    return damage(
      line,
      `\`${read[0]}\` is no text in ${encoding}: check \`encoding\``,
      `字段 \`${read[0]}\` 不是 ${encoding} 文本：请检查 \`encoding\``,
    );
  }
  const point = words[table.point] as string;
  if (point === '') return damage(line, 'a record names no point', '记录没有测点编码');
  const written = table.time === undefined ? undefined : (words[table.time] as string);
  const at = written === undefined ? undefined : parseRecordTime(written, zoneMinutes);
  if (written !== undefined && at === undefined) {
    return damage(
      line,
      `point ${point}: \`${shown(written)}\` is no time; write it as 2026-11-21 09:01:00`,
      `测点 ${point}：“${shown(written)}”不是时间，应为 2026-11-21 09:01:00`,
    );
  }
  const mine = table.mine === undefined ? '' : (words[table.mine] as string);
  return { table, words, text, line, mine, point, at };
}

const damage = (line: number, en: string, zh: string): Damage => ({ line, what: { en, zh } });

const noTable = (name: string, line: number, { tables }: FileLayout): Damage =>
  damage(
    line,
    `neither a header nor the name ${name} says which table it is; declared are ${[...tables.keys()].join(', ')}`,
    `文件头和文件名 ${name} 都没有说明数据表；已声明 ${[...tables.keys()].join('、')}`,
  );

const unended = ({ line, text }: CutRecord, { form }: FileLayout): Damage =>
  damage(
    line,
    `the last record has no end \`${form.record}\` and may be cut short: \`${shown(text)}\``,
    `最后一条记录没有结束符“${form.record}”，可能不完整：“${shown(text)}”`,
  );

function shortened(damages: Damage[]): Damage[] {
  if (damages.length <= damagesMax) return damages;
  const more = damages.length - damagesMax + 1;
  const kept = damages.slice(0, damagesMax - 1);
  const { line } = damages[damagesMax - 1] as Damage;
  return [...kept, damage(line, `${more} more from here on`, `此后还有 ${more} 处`)];
}

/** Characters of a file shown in a message. */
const shownMax = 60;
const shown = (text: string): string => (text.length > shownMax ? `${text.slice(0, shownMax)}…` : text);
