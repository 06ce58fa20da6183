import type { Text } from '../../gateway/contract/index.js';
import { hexText, isKnownReport, reports } from './protocol.js';
import type { Station } from './station.js';

/** "Test the connection", in words: what is listened on, then one line a station. */
export function probeText(link: string, stations: readonly Station[], refused: readonly string[], nowMs: number): Text {
  const lines = (zh: boolean): string[] => stations.map((station) => stationLine(station, nowMs, zh));
  const others = refused.join(', ');
  return {
    en: [
      `${link} is listened on; stations call by themselves`,
      ...lines(false),
      ...(others ? [`refused: station ${others}; compare address, centre and password`] : []),
    ].join('\n'),
    zh: [
      `${link} 正在监听，由测站主动连接`,
      ...lines(true),
      ...(others ? [`已拒绝测站：${others}；请核对地址、中心站地址和密码`] : []),
    ].join('\n'),
  };
}

function stationLine({ name, settings, lastHeard }: Station, nowMs: number, zh: boolean): string {
  const who = zh ? `${name}（测站 ${settings.station}）：` : `${name} (station ${settings.station}): `;
  if (!lastHeard) {
    return zh
      ? `${who}尚无报文；请核对测站内的中心站地址、端口和测站地址`
      : `${who}not heard yet; check the centre's address and port, and its own address, in the station`;
  }
  const seconds = Math.round((nowMs - lastHeard.atMs) / 1000);
  const { code } = lastHeard;
  const kind = isKnownReport(code) ? reports[code] : { en: hexText(code), zh: hexText(code) };
  return zh ? `${who}${seconds} 秒前收到${kind.zh}` : `${who}${kind.en} ${seconds} s ago`;
}
