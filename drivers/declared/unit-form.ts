/** How the device's own address is written: `{unit}` decimal, `{unit:2}` with zeros before it, `{unit:hex}` two hex digits. */
export type UnitForm = { readonly radix: 10; readonly digits: number } | { readonly radix: 16; readonly digits: 2 };

const pattern = /^unit(?::(\d|hex))?$/;

/** What stands between the braces; undefined when it is no unit. */
export function parseUnitForm(text: string): UnitForm | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  return match[1] === 'hex' ? { radix: 16, digits: 2 } : { radix: 10, digits: Number(match[1] ?? 1) };
}

export const formatUnit = ({ radix, digits }: UnitForm, unit: number): string =>
  unit.toString(radix).toUpperCase().padStart(digits, '0');
