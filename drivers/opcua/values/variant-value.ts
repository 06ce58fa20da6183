import { type FrameBuilder, Quality, type TagType } from '../../../gateway/contract/index.js';

/** A Variant of the library, as far as it is read here. */
export interface VariantLike {
  readonly dataType: number;
  readonly arrayType: number;
  readonly value: unknown;
}

/** Which part of a Variant a slot takes, and as what. */
export interface Picked {
  readonly index: number | undefined;
  readonly field: readonly string[];
  readonly type: TagType;
}

/** Numbers of the built-in types (OPC 10000-6 §5.1.2). */
const builtIn = { Null: 0, Boolean: 1, Int64: 8, UInt64: 9, ByteString: 15, ExtensionObject: 22, Variant: 24 } as const;
const scalar = 0;

/** One value taken out, with its type as a number or, within a structure, by name. */
interface Part {
  readonly type: number | string;
  readonly value: unknown;
}

/** Puts what a slot takes of a Variant into it. A part that is not there is `bad-configuration`. */
export function putVariant(
  into: FrameBuilder,
  slot: number,
  { index, field, type }: Picked,
  variant: VariantLike,
  quality: number,
): void {
  if (index === undefined && variant.arrayType === scalar && typeof variant.value === 'number' && field.length === 0) {
    putNumber(into, slot, type, variant.value, quality);
    return;
  }
  const part = pick(variant, index, field);
  if (!part) into.bad(slot, Quality['bad-configuration']);
  else if (part.value === null || part.value === undefined) into.bad(slot, Quality.bad);
  else if (type === 'text') into.text(slot, textOf(part), quality);
  else putPart(into, slot, type, part, quality);
}

function putPart(into: FrameBuilder, slot: number, type: TagType, { type: from, value }: Part, quality: number): void {
  if (typeof value === 'number') return putNumber(into, slot, type, value, quality);
  if (typeof value === 'boolean') return into.set(slot, value ? 1 : 0, quality);
  if (value instanceof Date) return putNumber(into, slot, type, value.getTime(), quality);
  const wide = isWide(from) ? wideInteger(value, isSigned(from)) : enumerationNumber(value);
  if (wide === undefined) return into.bad(slot, Quality['bad-decoding']);
  const isExact = wide >= BigInt(Number.MIN_SAFE_INTEGER) && wide <= BigInt(Number.MAX_SAFE_INTEGER);
  putNumber(into, slot, type, Number(wide), isExact ? quality : Math.max(quality, Quality['uncertain-precision']));
}

function putNumber(into: FrameBuilder, slot: number, type: TagType, value: number, quality: number): void {
  if (type === 'text') into.text(slot, String(value), quality);
  else if (type === 'boolean') into.set(slot, value === 0 ? 0 : 1, quality);
  else if (type === 'integer' && Number.isFinite(value) && !Number.isInteger(value)) {
    into.bad(slot, Quality['bad-decoding']);
  } else into.set(slot, value, quality);
}

function pick(variant: VariantLike, index: number | undefined, field: readonly string[]): Part | undefined {
  let part: Part | undefined = { type: variant.dataType, value: variant.value };
  if (variant.arrayType !== scalar) {
    if (index === undefined && field.length === 0) return undefined;
    if (index !== undefined) part = elementOf(part, index);
  } else if (index !== undefined) return undefined;
  for (const name of field) part = part && fieldOf(part, name);
  return part?.type === builtIn.Variant ? insideOf(part.value) : part;
}

/** A Variant within an array of Variants or a structure. */
function insideOf(value: unknown): Part | undefined {
  const inner = value as VariantLike | null;
  return inner ? pick(inner, undefined, []) : { type: builtIn.Null, value: null };
}

function elementOf({ type, value }: Part, index: number): Part | undefined {
  const elements = value as ArrayLike<unknown> | null;
  return elements && index < elements.length ? { type, value: elements[index] } : undefined;
}

interface FieldSchema {
  readonly name: string;
  readonly originalName?: string;
  readonly fieldType: string;
}

/** A field by the name its data type gives it; the library writes names with a small first letter. */
function fieldOf({ type, value }: Part, name: string): Part | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return elementOf({ type, value }, Number(name));
  const structure = value as { readonly schema?: { readonly fields?: readonly FieldSchema[] } };
  const declared = fieldsOf(structure.schema).find((one) => one.originalName === name || one.name === name);
  return declared && { type: declared.fieldType, value: (value as Record<string, unknown>)[declared.name] };
}

/** Those of the types it is derived from too. */
function fieldsOf(schema: unknown): readonly FieldSchema[] {
  const own = schema as { readonly fields?: readonly FieldSchema[]; getBaseSchema?(): unknown } | null | undefined;
  if (!own) return [];
  return [...(own.fields ?? []), ...fieldsOf(own.getBaseSchema?.())];
}

const isWide = (type: number | string): boolean =>
  type === builtIn.Int64 || type === builtIn.UInt64 || type === 'Int64' || type === 'UInt64';
const isSigned = (type: number | string): boolean => type === builtIn.Int64 || type === 'Int64';

/** The library gives 64 bits as two numbers of 32, the high one first. */
function wideInteger(value: unknown, signed: boolean): bigint | undefined {
  if (!Array.isArray(value)) return undefined;
  const [high, low] = value as readonly unknown[];
  if (typeof high !== 'number' || typeof low !== 'number') return undefined;
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return signed ? BigInt.asIntN(64, bits) : bits;
}

/** An enumeration within a structure comes as an object with its number. */
function enumerationNumber(value: unknown): bigint | undefined {
  const number = (value as { readonly value?: unknown }).value;
  return typeof number === 'number' && Number.isInteger(number) ? BigInt(number) : undefined;
}

function textOf({ type, value }: Part): string {
  if (typeof value === 'string') return value;
  if (isWide(type)) return String(wideInteger(value, isSigned(type)) ?? '');
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return typeof value === 'object' && value !== null ? namedText(value) : String(value);
}

/** LocalizedText by its text, QualifiedName, StatusCode and enumerations by their name, NodeId as it is written. */
function namedText(value: object): string {
  const named = value as { readonly text?: unknown; readonly name?: unknown; readonly key?: unknown };
  const words = 'text' in named ? (named.text ?? '') : (named.name ?? named.key);
  return typeof words === 'string' ? words : writtenOut(value);
}

/** A structure without a form of its own says nothing by its `toString`. */
function writtenOut(value: object): string {
  const { toString } = value as { readonly toString?: () => string };
  return typeof toString === 'function' && toString !== Object.prototype.toString ? toString.call(value) : '';
}
