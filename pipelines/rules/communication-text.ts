import type { ConditionDescription, Text } from '../../gateway/contract/index.js';

/** How many blind instruments a sentence names. */
const namedMax = 5;

/** The condition of a lost link or device; `blind` names the dangerous-gas readings that are missing with it. */
export function describe(
  kind: 'LINK' | 'DEVICE',
  name: string,
  key: string,
  blind: readonly string[],
  devices: number,
): ConditionDescription {
  const named = blind.slice(0, namedMax);
  const more = blind.length - named.length;
  const danger: Text =
    blind.length === 0
      ? { en: '', zh: '' }
      : {
          en: `; ${blind.length} dangerous-gas readings are missing: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
          zh: `；缺少 ${blind.length} 个有毒有害气体读数：${named.join('、')}${more > 0 ? '等' : ''}`,
        };
  const message: Text =
    kind === 'LINK'
      ? {
          en: `link ${name} is lost, with ${devices} devices on it${danger.en}`,
          zh: `链路 ${name} 中断，涉及 ${devices} 台设备${danger.zh}`,
        }
      : { en: `device ${name} does not answer${danger.en}`, zh: `设备 ${name} 无应答${danger.zh}` };
  return { key, device: name, tag: '', kind, limit: Number.NaN, unit: '', message };
}
