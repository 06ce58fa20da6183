/** `sluice statutory` 的中文。 */
export const statutory = {
  summary: '受法律保护的数据流的改动：查看，或作为两人之一批准',
  showSummary: '站点文件会改动什么；只写 `sluice statutory` 即可',
  approveSummary: '以您的名义批准站点文件的改动；须两人批准，重启后生效',
  none: '该文件没有改动受法律保护的内容，无需批准。',
  head: '{count} 处受法律保护的改动（配置 {hash}）：',
  row: '{device}/{tag}  {what}：{from} → {to}',
  nobody: '尚无人批准。须由两人各用自己的令牌批准：`sluice statutory approve`。',
  one: '{who} 已批准。还须另一人批准：`sluice statutory approve`。',
  both: '{who} 已批准。用此文件重启网关即可生效；每处改动都会成为随数据送出的记录。',
  stopped: '网关已停止：以下是与上次运行的配置相比。请用原文件启动网关；批准只能在网关运行时进行。',
  unread: '日志中的配置已无法读取，没有可比较的对象。',
  empty: '日志中还没有配置：首次配置无需批准。',
  heldBack:
    '未生效：{file} 改动了受法律保护的内容，且未经两人批准（目前：{who}）。网关仍按原配置运行。请撤销改动，或由两人执行 `sluice statutory approve --site {file}` 后重启。',
  heldBackNobody: '无',
} as const;
