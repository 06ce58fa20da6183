import type { Text } from '../../gateway/contract/index.js';
import { listFolder, readUnchanged } from './folder-list.js';
import { namePattern } from './name-pattern.js';
import { type FilesLink, PointSlots } from './point-slots.js';
import { stateOf } from './point-value.js';
import type { FileLayout } from './table-layout.js';
import { readTextFile, type TextFile } from './text-file.js';

/** Points named of those that no tag is for. */
const namedMax = 8;

/** In words: how many files lie there, and what the newest says, with the first thing in it that is wrong. */
export async function probeFolder(link: FilesLink, layout: FileLayout): Promise<Text> {
  const { folder, files: pattern, fileBytesMax } = link.settings;
  const { files: listed } = await listFolder(folder, namePattern(pattern));
  const newest = listed.at(-1);
  const head = {
    en: `${folder} can be read; files named ${pattern}: ${listed.length}`,
    zh: `${folder} 可读；名为 ${pattern} 的文件：${listed.length} 个`,
  };
  if (!newest) return head;
  const bytes = newest.size > fileBytesMax ? undefined : await readUnchanged(folder, newest);
  if (!bytes) {
    return lines(head, {
      en: `${newest.name} is larger than \`fileBytesMax\`, or is being written`,
      zh: `${newest.name} 超过 \`fileBytesMax\` 或正在写入`,
    });
  }
  const text = readTextFile(newest.name, bytes, layout);
  return lines(head, ...fileLines(newest.name, text, new PointSlots(link), layout));
}

function fileLines(name: string, text: TextFile, slots: PointSlots, layout: FileLayout): Text[] {
  const { records, damages, isEnded } = text;
  const strangers = new Set(
    records.flatMap((record) => (slots.find(record, name).length > 0 ? [] : [`${record.mine} ${record.point}`.trim()])),
  );
  const states = new Set(records.map(stateOf).filter((state) => state !== undefined && !layout.states.has(state)));
  const some = [...strangers].slice(0, namedMax).join(', ');
  const first = damages[0];
  return [
    {
      en: `${name}: ${records.length} records, ${isEnded ? 'whole' : 'no end mark'}, ${damages.length} damaged`,
      zh: `${name}：${records.length} 条记录，${isEnded ? '完整' : '没有结束标记'}，${damages.length} 处损坏`,
    },
    ...(first ? [{ en: `line ${first.line}: ${first.what.en}`, zh: `第 ${first.line} 行：${first.what.zh}` }] : []),
    ...(strangers.size > 0
      ? [
          {
            en: `points without a tag: ${strangers.size} (${some})`,
            zh: `没有对应点的测点：${strangers.size} 个（${some}）`,
          },
        ]
      : []),
    ...(states.size > 0
      ? [
          {
            en: `states without a meaning: ${[...states].join(', ')}; write them under \`states\``,
            zh: `未定义的状态：${[...states].join('、')}；请写入 \`states\``,
          },
        ]
      : []),
  ];
}

const lines = (...all: readonly Text[]): Text => ({
  en: all.map(({ en }) => en).join('\n'),
  zh: all.map(({ zh }) => zh).join('\n'),
});
