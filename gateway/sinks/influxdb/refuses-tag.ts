import type { Text } from '../../contract/index.js';
import { isUnspeakable } from './escape.js';

/** Why a tag of this name cannot be a field of a point; undefined when it can. */
export function refusesTag(name: string): Text | undefined {
  if (name === 'time') {
    return { en: 'InfluxDB keeps `time` for the stamp of a point', zh: 'InfluxDB 将 `time` 保留为数据点的时间戳' };
  }
  if (name === 'sequence') {
    return { en: '`sequence` is the field that counts frames', zh: '`sequence` 是帧序号字段' };
  }
  if (name.endsWith('_quality')) {
    return {
      en: 'a name ending in `_quality` belongs to the quality of a tag',
      zh: '以 `_quality` 结尾的名称用于测点质量',
    };
  }
  if (isUnspeakable(name)) {
    return {
      en: 'line protocol cannot hold line breaks, control characters or a backslash before a comma, quote, space, `=` or the end',
      zh: '行协议的名称不能含换行、控制字符，反斜杠不能位于逗号、引号、空格、等号之前或末尾',
    };
  }
  return undefined;
}
