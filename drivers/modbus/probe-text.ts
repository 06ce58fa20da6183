import type { Text } from '../../gateway/contract/index.js';

/** What one device said when it was asked once. */
export interface ProbeFinding {
  readonly name: string;
  readonly unit: number;
  readonly ms: number;
  readonly fault?: string;
}

/** "Test the connection", in words: one line a device. */
export function probeText(address: string, findings: readonly ProbeFinding[]): Text {
  const english = findings.map(({ name, unit, ms, fault }) =>
    fault ? `${name} (unit ${unit}): ${fault}` : `${name} (unit ${unit}): answers in ${Math.ceil(ms)} ms`,
  );
  const chinese = findings.map(({ name, unit, ms, fault }) =>
    fault ? `${name}(站号 ${unit}):${fault}` : `${name}(站号 ${unit}):${Math.ceil(ms)} ms 内应答`,
  );
  return {
    en: [`${address} is connected`, ...english].join('\n'),
    zh: [`${address} 已连接`, ...chinese].join('\n'),
  };
}
