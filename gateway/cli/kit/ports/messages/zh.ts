/** `sluice ports` 的中文。 */
export const ports = {
  summary: '本机的串口：是什么、固定名称、谁可以用、谁在用',
  none: '本机现在没有串口。插上转换器后再执行 `sluice ports`。',
  denied: '{device}：您无权使用，它属于 {group} 组。执行 `sudo usermod -aG {group} {user}`，然后重新登录。',
  inUse: '{device} 正被占用：{who}。',
  sameName: '多个转换器共用名称 {name}（它们没有序列号），该名称只指向其中一个。请改用 by-path 名称。',
  empty: '没有硬件的串口：{devices}',
  builtIn: '板载',
  usb: '{product}（{id}）',
  driver: '驱动 {driver}',
  write: '在站点文件中写：`address: "serial:{name}"`',
} as const;

/** 各线路命令共用的中文。 */
export const line = {
  address: 'tcp://主机:端口、serial:/dev/…，或直接写 /dev/… 或 主机:端口',
  notHere: '`{address}` 是 DTU 主动连入的地址；请在网关运行时用 `sluice status` 查看。',
  baud: '波特率；不写为 9600',
  parity: '校验：none、even 或 odd；不写为 none',
  stopBits: '停止位，1 或 2',
  framing: 'tcp、rtu 或 ascii；不写时 TCP 为 tcp，串口为 rtu',
  timeout: '等待应答的最长时间，例如 500ms',
  talkAnyway: '线路上已有别人询问时仍然发送',
  badNumbers: '“{value}”不是数字列表：写成 1-247 或 9600,4800；每个在 {low} 到 {high} 之间',
  goesDown: '“{range}”前大后小：写成 {right}',
  listening: '发送之前先监听 {span}……',
  master:
    '这条线路上已有通信：未作询问，{span} 内就收到 {bytes} 字节。两个主站会互相破坏报文；本机没有发送任何数据。`--talk-anyway` 可强行询问。',
} as const;
