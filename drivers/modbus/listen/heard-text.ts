import type { Text } from '../../../gateway/contract/index.js';
import type { BusAccount } from './bus-account.js';

/** "Test the connection" on a line that is listened to, in words: what was heard within `ms`, one line a unit asked. */
export function heardText(address: string, ms: number, { units, frames, damagedBytes }: BusAccount): Text {
  const seconds = Math.round(ms / 1000);
  const head = {
    en: `${address} is listened to; nothing is sent`,
    zh: `正在监听 ${address},不发送任何数据`,
  };
  if (frames === 0) {
    const en =
      damagedBytes > 0
        ? 'bytes, but no Modbus frame: check speed and parity'
        : 'nothing: check A and B, and that the master runs';
    const zh =
      damagedBytes > 0
        ? '有字节,但没有 Modbus 报文:请检查波特率和校验'
        : '什么也没有:请检查 A、B 线,以及主站是否在运行';
    return { en: `${head.en}\nheard within ${seconds} s: ${en}`, zh: `${head.zh}\n${seconds} 秒内听到:${zh}` };
  }
  const lines = [...units]
    .toSorted(([a], [b]) => a - b)
    .map(([unit, { requests, replies, exceptions }]) => ({
      en: `unit ${unit}: asked ${requests} times, answered ${replies + exceptions} times`,
      zh: `站号 ${unit}:被询问 ${requests} 次,应答 ${replies + exceptions} 次`,
    }));
  return {
    en: [head.en, `a master asks there; heard within ${seconds} s:`, ...lines.map(({ en }) => en)].join('\n'),
    zh: [head.zh, `线路上有主站在询问;${seconds} 秒内听到:`, ...lines.map(({ zh }) => zh)].join('\n'),
  };
}
