import type { SettingFault } from '../../streams/index.js';

/** What of a link's settings decides whether it can be listened to. */
interface ListenBasis {
  readonly framing: 'tcp' | 'rtu' | 'ascii';
  readonly serial: { readonly rs485: 'none' | 'rts' };
  readonly echo: boolean;
  readonly listen: boolean;
  readonly silentAfter?: number | undefined;
}

interface ListenFault extends SettingFault {
  readonly path: string[];
}

/** What keeps a link from being listened to, and what only a link that is has. */
export function* listenFaults({ framing, serial, echo, listen, silentAfter }: ListenBasis): Generator<ListenFault> {
  if (!listen) {
    if (silentAfter === undefined) return;
    const what = {
      en: 'only a link with `listen: true` has silentAfter',
      zh: '只有 `listen: true` 的链路才有 silentAfter',
    };
    yield { path: ['silentAfter'], what, remedy: { en: 'leave `silentAfter` out', zh: '去掉 `silentAfter`' } };
    return;
  }
  if (framing === 'tcp') {
    const what = {
      en: 'Modbus TCP is no bus: nobody else is heard on a connection of one’s own',
      zh: 'Modbus TCP 不是总线:在自己的连接上听不到别人',
    };
    const remedy = { en: 'write `framing: rtu` or `framing: ascii`', zh: '写成 `framing: rtu` 或 `framing: ascii`' };
    yield { path: ['framing'], what, remedy };
  }
  if (serial.rs485 === 'rts') {
    const what = {
      en: 'opening a port raises RTS, and a transceiver that sends by RTS would hold the bus',
      zh: '打开串口会拉高 RTS,由 RTS 控制方向的收发器会占住总线',
    };
    const remedy = {
      en: 'use an adapter that switches its direction itself, and leave `rs485` out',
      zh: '改用自动切换方向的适配器,并去掉 `rs485`',
    };
    yield { path: ['serial', 'rs485'], what, remedy };
  }
  if (echo) {
    const what = {
      en: 'a link that is listened to sends nothing that could come back',
      zh: '只监听的链路不发送,没有回显',
    };
    yield { path: ['echo'], what, remedy: { en: 'leave `echo` out', zh: '去掉 `echo`' } };
  }
}
