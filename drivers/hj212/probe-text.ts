import type { Text } from '../../gateway/contract/index.js';

/** What is known of one station. */
export interface StationFinding {
  readonly name: string;
  readonly mn: string;
  /** Where its connection comes from; undefined while it has none. */
  readonly from: string | undefined;
  /** ms since it was last heard; undefined when it never was. */
  readonly quietMs: number | undefined;
  /** ms its clock is behind ours, where that is known. */
  readonly behindMs: number | undefined;
}

/** "Test the connection", in words: a line a station, and who else has called. */
export function probeText(address: string, stations: readonly StationFinding[], strangers: readonly string[]): Text {
  const seconds = (ms: number): number => Math.round(ms / 1000);
  const en = stations.map(({ name, mn, from, quietMs, behindMs = 0 }) => {
    const who = `${name} (MN ${mn}): `;
    if (quietMs === undefined) return `${who}has not called; check the address, port and MN it is set to`;
    const place = from === undefined ? 'is not connected now' : `is connected from ${from}`;
    const clock = seconds(behindMs);
    const off = clock === 0 ? '' : `, its clock is ${Math.abs(clock)} s ${clock > 0 ? 'slow' : 'fast'}`;
    return `${who}${place}, heard ${seconds(quietMs)} s ago${off}`;
  });
  const zh = stations.map(({ name, mn, from, quietMs, behindMs = 0 }) => {
    const who = `${name}（MN ${mn}）：`;
    if (quietMs === undefined) return `${who}尚未拨入；请检查其所设的地址、端口和 MN`;
    const place = from === undefined ? '当前未连接' : `已从 ${from} 连接`;
    const clock = seconds(behindMs);
    const off = clock === 0 ? '' : `，时钟${clock > 0 ? '慢' : '快'} ${Math.abs(clock)} 秒`;
    return `${who}${place}，${seconds(quietMs)} 秒前收到数据${off}`;
  });
  return {
    en: [`${address} is listened on`, ...en, ...strangers.map((mn) => `refused: MN ${mn}`)].join('\n'),
    zh: [`正在监听 ${address}`, ...zh, ...strangers.map((mn) => `已拒绝：MN ${mn}`)].join('\n'),
  };
}
