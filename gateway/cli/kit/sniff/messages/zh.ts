/** `sluice sniff`，中文。 */
export const sniff = {
  summary: '监听已有主站的总线，逐帧解码；不发送任何数据',
  address: '线路：`serial:/dev/ttyUSB0`，或串口服务器的 `tcp://主机:端口`',
  baud: '波特率；默认 9600',
  parity: '校验 none、even 或 odd；默认 none',
  stopBits: '停止位 1 或 2；默认 1',
  framing: 'rtu 或 ascii；默认 rtu',
  forOption: '监听多久，如 `30s`；不写则到 Ctrl-C 为止',
  save: '把听到的存入文件，供 --replay 使用',
  replay: '重新解码这样的文件，代替线路',
  jsonLines: '每行一个 JSON 对象，供程序使用；最后一行是汇总',
  neither: '哪条线路？请写地址，或 `--replay 文件`。',
  both: '录音按原样回放：请去掉地址和线路参数。',
  badFor: '`{value}` 不是时间：写成 `30s`、`10min` 或 `2h`',
  badNumber: '`{value}` 不是数字',
  badRecording: '{file} 第 {line} 行不是 `sluice sniff` 的记录',
  listening: '正在监听 {address}，{serial}；不发送任何数据。按 Ctrl-C 结束并汇总。',
  nothingYet: '至今什么也没听到：请检查 A、B 线，以及总线主站是否在运行。',
  lost: '线路断开：{why}',
  notSaved: '{file} 无法写入，监听到此结束：{why}\n请腾出磁盘空间，或用 `--save` 指定另一磁盘上的文件。',
} as const;

/** 逐帧记录。 */
export const heard = {
  time: '时间 s',
  unit: '站号',
  what: '内容',
  right: '对',
  wrong: '坏',
  doubtful: '疑',
  read: '读 {place}',
  write: '写 {place}：{values}',
  other: '{place}',
  reply: '{ms} ms  {values}',
  done: '{ms} ms  完成',
  refused: '{ms} ms  拒绝：{code} {reason}',
  late: '（可能应答的是更早的请求）',
  maybe: '（也可能是应答）',
  noReply: '{ms} ms 内无应答',
  damagedReply: '{ms} ms 内没有正确的应答',
  damaged: '{count} 字节，不是正确的报文：{hex}',
  stray: '没有听到请求的应答，功能码 {code}',
  ambiguous: '应答还是请求无法区分，不取值',
} as const;

/** 异常码：Modbus Application Protocol V1.1b3 §7。 */
export const exceptions = {
  e1: '不支持该功能',
  e2: '无此地址',
  e3: '数值不允许',
  e4: '设备故障',
  e5: '已接受，尚未完成',
  e6: '忙',
  e8: '存储奇偶校验错误',
  e10: '网关没有到该站的路径',
  e11: '网关后的站无应答',
  unknown: '未知',
} as const;

/** 汇总。 */
export const summary = {
  head: '{seconds} s：正确报文 {frames} 帧，损坏 {bytes} 字节，每秒 {rate} 次请求',
  unit: '站号',
  asked: '询问',
  replied: '应答',
  refused: '拒绝',
  silent: '无应答',
  damaged: '损坏',
  turnaround: '应答时间 ms：最小 / 中位 / 最大',
  strays: '没有听到对应请求的应答：{count} 个',
  ambiguous: '既像应答又像请求、未取值的报文：{count} 帧',
} as const;

/** 建议。 */
export const advice = {
  nothing: '什么也没听到：请检查 A、B 线和地线，以及总线主站是否在运行。',
  noFrames: '听到字节，但没有一帧正确：请检查波特率和校验，并确认是 Modbus RTU。',
  allDamaged: '请求都正确，应答全部损坏：请检查各站的校验和停止位、终端电阻和偏置。',
  onlyRequests: '只听到请求，没有任何应答：四线制请改听另一对线，否则各站都没有上电。',
  onlyReplies: '只听到应答，没有请求：四线制请改听另一对线。',
  unitSilent: '站 {units} 从不应答：请检查它的电源、接线和站号。',
  unitDamaged: '站 {units} 的应答经常损坏：请检查它的接线，以及是否有两台设备用同一站号。',
  wrongAddress: '主站询问站 {units} 没有的地址：请核对寄存器表。',
  someDamaged: '全部字节中有 {percent} 损坏：请检查终端电阻、屏蔽和接地。',
} as const;
