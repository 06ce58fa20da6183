import { z } from 'zod';
import { byteCount, duration } from '../../gateway/contract/index.js';
import { settingIssue, zoneField } from '../streams/index.js';
import { namePatternField } from './name-pattern.js';
import { pointStateNames } from './point-state.js';

/** Bytes of the largest file that may be allowed: it is read as a whole. */
const fileBytesMax = 64 * 2 ** 20;
const fieldsMax = 64;

const mark = (what: string) => z.string().min(1).max(4).describe(what);

const formSchema = z.strictObject({
  header: z.string().max(4).default('|').describe('Ends the header, such as `KJ;AQSS|`; empty where files have none'),
  field: mark('Between fields').default(';'),
  record: mark('After each record').default('~'),
  batch: z
    .array(z.string().min(1).max(4))
    .min(1)
    .max(4)
    .default(['||', '‖'])
    .describe('After a batch, any of these: the file is whole'),
});

const place = z.int().min(1).max(fieldsMax);

const tableSchema = z
  .strictObject({
    files: namePatternField().optional().describe('Files whose header names no table; `*NAME*`'),
    fields: z
      .record(z.string().min(1), place)
      .describe(
        'Place of each field, counted from 1. `point` has to be there; `mine`, `time`, `value` and `state` mean what they say; others as you like',
      ),
    happening: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('Each record is a happening of this sort too: `switch`, `alarm`'),
  })
  .superRefine(({ fields }, context) => {
    if (fields['point'] !== undefined) return;
    const what = { en: 'no field holds the point code', zh: '没有测点编码字段' };
    const remedy = { en: 'write its place as `point: 2`', zh: '写出其位置，例如 `point: 2`' };
    context.addIssue(settingIssue({ what, remedy }, ['fields']));
  });

const usual = { mine: 1, point: 2, time: 3, value: 4, state: 5 };

/** Tables most mines write, by the names of the Liupanshui interface of 2013. Where fields stand differs: compare. */
const usualTables = {
  AQSS: { fields: usual },
  AQKD: { fields: usual, happening: 'switch' },
  GJXX: { fields: usual, happening: 'alarm' },
  GJSJ: { fields: usual, happening: 'alarm-escalation' },
};

/** The driver's half of a link: a folder that a mine's monitoring system writes files into. */
export const linkSchema = z
  .strictObject({
    folder: z
      .string()
      .min(1)
      .describe(
        'Where the files appear: a folder of this box or a mounted share. Of more than 2,048 files those whose names sort last are read',
      ),
    files: namePatternField().default('*.txt').describe('Names of files to read; `*` and `?` stand for any characters'),
    encoding: z
      .enum(['gb18030', 'gbk', 'utf-8'])
      .default('gb18030')
      .describe('Of the text; gb18030 reads GBK and GB 2312 too'),
    every: duration()
      .prefault('5s')
      .describe(
        'How often the folder is looked at. A local folder tells of changes by itself as well, a share does not',
      ),
    complete: z
      .enum(['marked', 'still', 'renamed'])
      .default('marked')
      .describe(
        'When a file is whole: `marked` at its end mark, or without one when it has not changed for `settle`; `still` after `settle` alone; `renamed` as soon as it has a name that is read',
      ),
    settle: duration().prefault('10s').describe('A file that has not changed for so long is no longer written'),
    after: z
      .union([
        z.enum(['keep', 'delete']),
        z.strictObject({ moveTo: z.string().min(1).describe('Folder they are moved to') }),
      ])
      .default('keep')
      .describe('What becomes of a file 30 s after it was taken; one with damaged records is never deleted'),
    timezone: zoneField().prefault('+08:00').describe('Of the times in the files'),
    fileBytesMax: byteCount().prefault('4MiB').describe('A larger file is refused and told; it may be 64 MiB at most'),
    form: formSchema.prefault({}).describe('What stands between records and fields'),
    tables: z
      .record(z.string().min(1), tableSchema)
      .prefault(usualTables)
      .describe('Kinds of records by the name in the header; compare the places with the mine’s interface paper'),
    states: z
      .record(z.string().min(1), z.enum(pointStateNames))
      .default({})
      .describe('What the numbers of the `state` field mean; 正常, 报警, 断电, 断线, 标校 and the like are known'),
  })
  .superRefine(({ fileBytesMax: bytes, after, folder }, context) => {
    if (bytes > fileBytesMax) {
      const what = { en: 'files are read as a whole, so at most 64 MiB', zh: '文件整体读入，最大 64 MiB' };
      const remedy = { en: 'write `64MiB` or less', zh: '写成 `64MiB` 或更小' };
      context.addIssue(settingIssue({ what, remedy }, ['fileBytesMax']));
    }
    if (typeof after === 'object' && after.moveTo === folder) {
      const what = { en: 'files would be moved to where they are', zh: '文件被移到原处' };
      const remedy = { en: 'name another folder', zh: '写另一个文件夹' };
      context.addIssue(settingIssue({ what, remedy }, ['after', 'moveTo']));
    }
  });

export type LinkSettings = z.output<typeof linkSchema>;
