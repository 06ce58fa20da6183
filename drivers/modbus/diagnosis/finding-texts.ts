import type { Text } from '../../../gateway/contract/index.js';
import { formatSerial, type ScanSetting } from '../scan/scan-plan.js';
import type { Observations } from './observations.js';

/** Figures a sentence may name. */
export interface Facts {
  readonly ms?: number;
  readonly count?: number;
  readonly all?: number;
  readonly code?: string;
  readonly who?: readonly string[];
  readonly setting?: ScanSetting | undefined;
  readonly units?: readonly number[];
  readonly other?: number;
  readonly exception?: number;
}

interface Told extends Facts {
  readonly seen: Observations;
  readonly devices: readonly string[];
}

interface Sentences {
  readonly cause: Text;
  readonly remedy: Text;
}

const says = (en: string, zh: string, remedyEn: string, remedyZh: string): Sentences => ({
  cause: { en, zh },
  remedy: { en: remedyEn, zh: remedyZh },
});

const named = ({ devices }: Told): Text => ({ en: devices.join(', '), zh: devices.join('、') });
const settingOf = ({ setting }: Facts): string => (setting ? formatSerial(setting.serial) : '');
const setOf = ({ seen }: Told): string => formatSerial(seen.serial);
const whole = (ms = 0): number => Math.ceil(ms);
/** A time-out that leaves half as much again. */
const roomy = (ms = 0): string => `${Math.ceil((ms * 1.5) / 100) * 100}ms`;
const share = ({ count = 0, all = 0 }: Facts): Text => ({ en: `${count} of ${all}`, zh: `${all} 次中 ${count} 次` });

/** Every finding: what is the matter, and what to do about it. */
const sentences = {
  healthy: (told: Told) =>
    says(
      `All devices answer; the slowest answer took ${whole(told.ms)} ms.`,
      `所有设备都应答；最慢 ${whole(told.ms)} ms。`,
      'Nothing is to be done.',
      '无需处理。',
    ),
  'port-missing': ({ seen }: Told) =>
    says(
      `There is no port ${seen.address}.`,
      `没有串口 ${seen.address}。`,
      'Check that the adapter is plugged in; `sluice ports` shows the ports there are. Name a port by its by-path or by-id name: ttyUSB numbers change.',
      '检查转换器是否插好；`sluice ports` 列出现有串口。请用 by-path 或 by-id 名称：ttyUSB 编号会变。',
    ),
  'permission-denied': ({ seen }: Told) =>
    says(
      `This user may not use ${seen.address}.`,
      `当前用户无权使用 ${seen.address}。`,
      '`sudo usermod -aG dialout $USER`, then log in anew; `sluice ports` names the group the port belongs to.',
      '执行 `sudo usermod -aG dialout $USER`，然后重新登录；`sluice ports` 会列出该串口所属的组。',
    ),
  'port-in-use': ({ seen, who = [] }: Told) =>
    says(
      `Another program has ${seen.address}${who.length > 0 ? `: ${who.join(', ')}` : ''}.`,
      `${seen.address} 被其他程序占用${who.length > 0 ? `：${who.join('、')}` : ''}。`,
      'Stop that program first. A running gateway holds its ports: ask it with `sluice status`, or stop it.',
      '请先停止该程序。运行中的网关会占用自己的串口：用 `sluice status` 查询，或先停止网关。',
    ),
  'port-unusable': ({ seen, code }: Told) =>
    says(
      `${seen.address} does not open as a serial port at ${formatSerial(seen.serial)}${code ? ` (${code})` : ''}.`,
      `${seen.address} 不能以 ${formatSerial(seen.serial)} 打开${code ? `（${code}）` : ''}。`,
      'Check that it is a serial port and has this speed; unplug the adapter and plug it in again.',
      '确认它是串口且支持该波特率；拔下转换器再插上。',
    ),
  refused: ({ seen }: Told) =>
    says(
      `${seen.address} refuses the connection: the host is there, nobody listens on this port.`,
      `${seen.address} 拒绝连接：主机在线，但该端口无人监听。`,
      'Check the port number and that the serial server is in TCP server mode. Many take one connection only: close the other.',
      '检查端口号，并确认串口服务器处于 TCP Server 模式。许多设备只接受一个连接：先断开另一个。',
    ),
  unreachable: ({ seen, code }: Told) =>
    says(
      `${seen.address} cannot be reached (${code}).`,
      `无法到达 ${seen.address}（${code}）。`,
      'Check power, cable and IP address; this box must have an address in the same network, or a route to it.',
      '检查电源、网线和 IP 地址；本机须在同一网段，或有到它的路由。',
    ),
  'unknown-host': ({ seen }: Told) =>
    says(
      `The host name in ${seen.address} is not known.`,
      `${seen.address} 中的主机名无法解析。`,
      'Write its IP address, or check the name and the DNS server of this box.',
      '直接写 IP 地址，或检查名称和本机的 DNS。',
    ),
  'tcp-silent': ({ seen }: Told) =>
    says(
      `${seen.address} takes the connection and says nothing.`,
      `${seen.address} 接受连接，但毫无应答。`,
      'Behind a serial server: check the line there (speed, parity, A/B, power of the device) and the unit id. Otherwise it may not be a Modbus port, or another client has the device to itself.',
      '若是串口服务器：检查其串口侧（波特率、校验、A/B、设备电源）和站号。否则可能不是 Modbus 端口，或设备被另一客户端独占。',
    ),
  flapping: ({ seen, count }: Told) =>
    says(
      `The connection to ${seen.address} was lost ${count} times while it was used.`,
      `与 ${seen.address} 的连接在使用中断开了 ${count} 次。`,
      'Check plug and cable, the power supply of adapter or serial server, and that no other client throws this one out.',
      '检查插头和线缆、转换器或串口服务器的供电，以及是否有其他客户端把本连接挤掉。',
    ),
  'framing-is-rtu': ({ seen }: Told) =>
    says(
      `${seen.address} speaks RTU over TCP, not Modbus TCP.`,
      `${seen.address} 用的是 RTU over TCP，不是 Modbus TCP。`,
      'Write `framing: rtu` for this link, or set the serial server to Modbus gateway mode.',
      '将该链路写成 `framing: rtu`，或把串口服务器设为 Modbus 网关模式。',
    ),
  'framing-is-tcp': ({ seen }: Told) =>
    says(
      `${seen.address} speaks Modbus TCP, not RTU over TCP.`,
      `${seen.address} 用的是 Modbus TCP，不是 RTU over TCP。`,
      'Write `framing: tcp` for this link.',
      '将该链路写成 `framing: tcp`。',
    ),
  'master-on-bus': (told: Told) =>
    says(
      `Another master polls this bus: ${told.count} right frames were heard at ${settingOf(told)} before anything was asked.`,
      `总线上已有主站：尚未询问，就听到 ${told.count} 个正确的帧（${settingOf(told)}）。`,
      'Two masters destroy each other’s frames. Disconnect the other, or only listen: write `listen: true` for this link; `--talk-anyway` asks all the same.',
      '两个主站会互相破坏报文。断开另一个主站，或只监听：将该链路写上 `listen: true`；`--talk-anyway` 强行询问。',
    ),
  noise: ({ count }: Told) =>
    says(
      `Noise: ${count} bytes came that are nobody’s frames, and answers suffer from it.`,
      `有干扰：收到 ${count} 个不属于任何帧的字节，应答因此受损。`,
      'Check shield (earthed at one end), termination of 120 Ω at both ends, bias resistors, and the distance from drives and power cables.',
      '检查屏蔽层（单端接地）、两端 120 Ω 终端电阻、偏置电阻，以及与变频器和动力电缆的距离。',
    ),
  'swapped-wires': () =>
    says(
      'A and B are swapped: the idle line is heard the wrong way round.',
      'A、B 接反：空闲电平相反。',
      'Swap the two wires at this end. Makers disagree on which is A: try, nothing is damaged.',
      '把本端两根线对调。各厂家 A、B 定义不一，可放心一试，不会损坏设备。',
    ),
  echo: () =>
    says(
      'The adapter gives back what it sends.',
      '转换器会回送自己发出的数据。',
      'Write `echo: true` for this link, or switch the receiver off while sending at the adapter.',
      '将该链路写上 `echo: true`，或在转换器上关闭发送时的接收。',
    ),
  'wrong-speed': (told: Told) =>
    says(
      `${named(told).en}: answers at ${settingOf(told)}, not at ${setOf(told)}.`,
      `${named(told).zh}：在 ${settingOf(told)} 下应答，而不是 ${setOf(told)}。`,
      `Set \`serial\` of this link to ${settingOf(told)}, or the device to ${setOf(told)}. One bus has one speed.`,
      `把该链路的 \`serial\` 设为 ${settingOf(told)}，或把设备设为 ${setOf(told)}。同一总线只能有一种波特率。`,
    ),
  'wrong-parity': (told: Told) =>
    says(
      `${named(told).en}: the speed is right, parity or stop bits are not: answers at ${settingOf(told)}, not at ${setOf(told)}.`,
      `${named(told).zh}：波特率正确，校验或停止位不对：在 ${settingOf(told)} 下应答，而不是 ${setOf(told)}。`,
      `Set \`serial\` of this link to ${settingOf(told)}, or the device to ${setOf(told)}.`,
      `把该链路的 \`serial\` 设为 ${settingOf(told)}，或把设备设为 ${setOf(told)}。`,
    ),
  'double-address': (told: Told) =>
    says(
      `${named(told).en}: two units answer to this address (${share(told).en} answers doubled or overlapping).`,
      `${named(told).zh}：两台设备用同一站号应答（${share(told).zh}重复或重叠）。`,
      'Disconnect one of them and give it another address.',
      '断开其中一台，改成别的站号。',
    ),
  'crc-errors': (told: Told) =>
    says(
      `${named(told).en}: ${share(told).en} answers are damaged (CRC).`,
      `${named(told).zh}：${share(told).zh}应答损坏（CRC 错误）。`,
      'Check termination, shield, earth and stub length; a lower speed tells whether it is the line. All damaged: check parity at the device.',
      '检查终端电阻、屏蔽、接地和分支长度；降低波特率可判断是否线路问题。若全部损坏：检查设备的校验设置。',
    ),
  'cut-answers': (told: Told) =>
    says(
      `${named(told).en}: ${share(told).en} answers are cut short.`,
      `${named(told).zh}：${share(told).zh}应答被截断。`,
      'The transceiver switches too late or too early: check the adapter’s direction control (`rs485: rts` drops the first bytes of quick answers), or ask for less with `longestRead`.',
      '收发切换过早或过晚：检查转换器的方向控制（`rs485: rts` 会丢掉快速应答的开头），或用 `longestRead` 减少每次读取的数量。',
    ),
  'not-understood': (told: Told) =>
    says(
      `${named(told).en}: something answers that is no Modbus frame under any usual setting.`,
      `${named(told).zh}：有应答，但在任何常用设置下都不是 Modbus 报文。`,
      'It may be a meter (DL/T 645) or an instrument with a protocol of its own; `sluice sniff` shows the bytes.',
      '可能是电表（DL/T 645）或自有协议的仪表；`sluice sniff` 可显示字节。',
    ),
  'other-unit-answers': (told: Told) =>
    says(
      `${named(told).en}: unit ${told.other} answers in its place.`,
      `${named(told).zh}：由站号 ${told.other} 代为应答。`,
      'Another master asks on this bus, or a serial server changes the unit id: look at its unit mapping.',
      '总线上有另一主站，或串口服务器改写了站号：检查其站号映射。',
    ),
  slow: (told: Told) =>
    says(
      `${named(told).en}: answers late, after up to ${whole(told.ms)} ms; the time-out is ${told.seen.timeoutMs} ms.`,
      `${named(told).zh}：应答太慢，最长 ${whole(told.ms)} ms；超时为 ${told.seen.timeoutMs} ms。`,
      `Write \`timeout: ${roomy(told.ms)}\` for this link, and poll less often.`,
      `将该链路写成 \`timeout: ${roomy(told.ms)}\`，并放慢轮询。`,
    ),
  'wrong-unit': (told: Told) =>
    says(
      `${named(told).en}: nobody answers to this unit id, but unit ${(told.units ?? []).join(', ')} does and is not configured.`,
      `${named(told).zh}：该站号无应答，但站号 ${(told.units ?? []).join('、')} 有应答且未配置。`,
      'Write that unit id, or set the device to the one configured.',
      '改写为该站号，或把设备设成所配置的站号。',
    ),
  'wrong-function': (told: Told) =>
    says(
      `${named(told).en}: answers, but does not know this function (exception 01).`,
      `${named(told).zh}：有应答，但不支持该功能码（异常 01）。`,
      'Its values are in the other table: `input` in place of `holding` (function 04 in place of 03), or the other way round. `sluice probe` shows both.',
      '数值在另一张表：把 `holding` 改为 `input`（功能码 03 改为 04），或反之。`sluice probe` 两者都显示。',
    ),
  'wrong-address': (told: Told) =>
    says(
      `${named(told).en}: answers, but has no such register (exception 0${told.exception}).`,
      `${named(told).zh}：有应答，但没有该寄存器（异常 0${told.exception}）。`,
      'Check the register map: papers count from 0, from 1 or as 40001. `sluice probe` shows the neighbours.',
      '核对寄存器表：资料可能从 0、从 1 或按 40001 编号。`sluice probe` 会显示相邻寄存器。',
    ),
  'device-failure': (told: Told) =>
    says(
      `${named(told).en}: the device reports a failure of its own (exception 0${told.exception}).`,
      `${named(told).zh}：设备报告自身故障（异常 0${told.exception}）。`,
      'Look at the device: sensor, display, supply.',
      '检查设备本身：探头、显示、供电。',
    ),
  busy: (told: Told) =>
    says(
      `${named(told).en}: the device says that it is busy (exception 0${told.exception}).`,
      `${named(told).zh}：设备忙（异常 0${told.exception}）。`,
      'Poll less often, or give it a `pause` before each request.',
      '放慢轮询，或用 `pause` 在每次请求前留出时间。',
    ),
  'behind-gateway': (told: Told) =>
    says(
      `${named(told).en}: the Modbus gateway answers, the unit behind it does not (exception 0${(told.exception ?? 0).toString(16).toUpperCase()}).`,
      `${named(told).zh}：Modbus 网关有应答，其后的设备无应答（异常 0${(told.exception ?? 0).toString(16).toUpperCase()}）。`,
      'Check the line behind the gateway: power, A/B, speed and parity there, and the unit id.',
      '检查网关后的线路：设备电源、A/B、那里的波特率和校验，以及站号。',
    ),
  'now-and-then': (told: Told) =>
    says(
      `${named(told).en}: answers now and then; ${share(told).en} requests stayed without answer.`,
      `${named(told).zh}：时有时无；${share(told).zh}请求无应答。`,
      'Check terminals and supply of the device, and the cable to it: a loose contact.',
      '检查设备的接线端子和供电，以及到它的线缆：接触不良。',
    ),
  'no-answer': (told: Told) =>
    says(
      `${named(told).en}: no answer, under no usual setting of the line.`,
      `${named(told).zh}：在任何常用线路设置下都无应答。`,
      'Check its power, the two wires (A to A, B to B), that both ends are connected, and its unit id; `sluice scan` looks for it under every id.',
      '检查设备电源、两根线（A 对 A、B 对 B）、两端是否接好，以及站号；`sluice scan` 可按所有站号查找。',
    ),
} satisfies Readonly<Record<string, (told: Told) => Sentences>>;

/** Everything that can be said of a link. */
export type FindingKind = keyof typeof sentences;

export const findingTexts = (kind: FindingKind, told: Told): Sentences => sentences[kind](told);
