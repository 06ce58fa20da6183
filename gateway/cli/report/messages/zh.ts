/** 各命令的时段与 `sluice report` 的中文。 */
export const period = {
  from: '时段的开始：站点时间、日期，或多久以前，例如 7d',
  to: '时段的结束（不含）；不写为现在',
  folder: '日志目录，代替站点文件中的；网关可以正在其上运行',
  badTime: '`{time}` 不是时间。请写 `2026-11-21 20:04`、`2026-11-21`、`20:04`，或以 `7d` 表示多久以前。',
  empty: '时段的结束早于开始。',
} as const;

export const report = {
  summary: '一段时间内站点报警的表现（EEMUA 191、ISA-18.2）：频率、泛滥、反复、前十名',
  fromOption: '时段的开始，例如 2026-11-01 或 30d；不写为结束前一周',
  markdown: '输出 Markdown；不指定时即为此',
  svg: '输出图片（SVG）',
  out: '要写入的文件；不写则直接打印',
  oneForm: '`--markdown`、`--svg`、`--json` 只能取一。',
  nothing: '没有保存这段时间的内容。',
  written: '已写入 {file}。',
} as const;
