import type { Text } from '../../gateway/contract/index.js';

/** What one meter said when it was asked once. */
export interface MeterFinding {
  readonly name: string;
  readonly address: string;
  readonly ms: number;
  readonly fault?: string;
}

/** "Test the connection", in words: the meter that told its address, if one did, then one line a device. */
export function meterProbeText(link: string, found: string | undefined, findings: readonly MeterFinding[]): Text {
  const line = (zh: boolean) =>
    findings.map(({ name, address, ms, fault }) => {
      const answers = zh ? `${Math.ceil(ms)} ms 内应答` : `answers in ${Math.ceil(ms)} ms`;
      return zh ? `${name}(表号 ${address}):${fault ?? answers}` : `${name} (meter ${address}): ${fault ?? answers}`;
    });
  const alone = {
    en: found === undefined ? 'no meter, or more than one, tells its address' : `a meter tells its address: ${found}`,
    zh: found === undefined ? '没有表计(或有多块表计)应答读地址命令' : `有表计应答,表号 ${found}`,
  };
  return {
    en: [`${link} is connected`, alone.en, ...line(false)].join('\n'),
    zh: [`${link} 已连接`, alone.zh, ...line(true)].join('\n'),
  };
}
