import type { Text } from '../../gateway/contract/index.js';
import type { Station } from './station.js';

/** "Test the connection", in words: what is listened on, then one line a station. */
export function probeText(link: string, stations: readonly Station[], refused: readonly string[], nowMs: number): Text {
  const lines = (zh: boolean): string[] => stations.map((station) => stationLine(station, nowMs, zh));
  const others = refused.join(', ');
  return {
    en: [
      `${link} is listened on; stations call by themselves`,
      ...lines(false),
      ...(others ? [`refused: station ${others}; compare addresses`] : []),
    ].join('\n'),
    zh: [
      `${link} 正在监听，由监测站主动连接`,
      ...lines(true),
      ...(others ? [`已拒绝监测站：${others}；请核对地址`] : []),
    ].join('\n'),
  };
}

function stationLine({ name, settings, lastHeard }: Station, nowMs: number, zh: boolean): string {
  const who = zh ? `${name}（监测站 ${settings.station}）：` : `${name} (station ${settings.station}): `;
  if (!lastHeard) {
    return zh
      ? `${who}尚无报文；请核对监测站内的中心站地址、端口和站址`
      : `${who}not heard yet; check the centre's address and port, and its own address, in the station`;
  }
  const seconds = Math.round((nowMs - lastHeard.atMs) / 1000);
  return zh ? `${who}${seconds} 秒前收到 ${lastHeard.what}` : `${who}${lastHeard.what} ${seconds} s ago`;
}
