/** Deep enough that each setting of each definition has a line: `definitions` → `modbus.link` → `properties` → `unit`. */
const deepest = 4;

/** JSON of which each setting is one line, so that a change of one is seen as one; further inside nothing is spread out. */
export function oneSettingALine(value: unknown, depth = 0): string {
  if (depth === deepest || typeof value !== 'object' || value === null || Array.isArray(value)) {
    return JSON.stringify(value);
  }
  const indent = ' '.repeat(depth);
  const lines = Object.entries(value).map(
    ([key, inner]) => `${indent} ${JSON.stringify(key)}: ${oneSettingALine(inner, depth + 1)}`,
  );
  return `{\n${lines.join(',\n')}\n${indent}}`;
}
