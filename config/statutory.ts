import type { Json } from '../gateway/contract/index.js';
import type { SiteConfig } from './site.js';
import { type Facts, factsAt, type FactSections, type TagPlace, tagPlaces } from './statutory-facts.js';

/** One change of what shapes a tag that the law protects. A type, so that it is plain JSON. */
export type StatutoryChange = {
  /** As they were called before. */
  readonly device: string;
  readonly tag: string;
  /** Readable path: `scale`, `rules.methane.HH`. A rule, formula or sink that comes or goes is one change. */
  readonly what: string;
  /** null: there was none. */
  readonly from: Json;
  /** null: there is none any more. */
  readonly to: Json;
};

type Found = Pick<StatutoryChange, 'what' | 'from' | 'to'>;

const goesBy = (name: string, { name: now, formerly }: { name: string; formerly: readonly string[] }): boolean =>
  now === name || formerly.includes(name);

/** The same tag in a later site, whatever it is called there. */
const later = (places: readonly TagPlace[], { device, tag }: TagPlace): TagPlace | undefined =>
  places.find((place) => goesBy(device.name, place.device) && goesBy(tag.name, place.tag));

const keysOf = (...objects: readonly object[]): string[] => [...new Set(objects.flatMap((one) => Object.keys(one)))];

const isSame = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b);

const changedIn = (section: string, before: Facts, after: Facts): Found[] =>
  keysOf(before, after).flatMap((path) => {
    const [from, to] = [before[path] ?? null, after[path] ?? null];
    return isSame(from, to) ? [] : [{ what: section === '' ? path : `${section}.${path}`, from, to }];
  });

const changed = (before: FactSections, after: FactSections): Found[] =>
  keysOf(before, after).flatMap((section): Found[] => {
    const [from, to] = [before[section], after[section]];
    return from && to ? changedIn(section, from, to) : [{ what: section, from: from ?? null, to: to ?? null }];
  });

/**
 * Everything that shapes a statutory tag of `before` and is otherwise in `after`, tag by tag; empty when nothing is. A
 * tag that is gone, with its device or alone, has `statutory` from true to null. What `after` protects anew is no change.
 */
export function statutoryChanges(before: SiteConfig, after: SiteConfig): StatutoryChange[] {
  const places = tagPlaces(after);
  return tagPlaces(before)
    .filter(({ tag }) => tag.statutory)
    .flatMap((place): StatutoryChange[] => {
      const now = later(places, place);
      const names = { device: place.device.name, tag: place.tag.name };
      if (!now) return [{ ...names, what: 'statutory', from: true, to: null }];
      return changed(factsAt(before, place), factsAt(after, now)).map((found) => ({ ...names, ...found }));
    });
}

/** Tags whose protection begins with `after`: `to` is all that shapes them. `before`: undefined at the very first start. */
export function statutoryBeginnings(before: SiteConfig | undefined, after: SiteConfig): StatutoryChange[] {
  const known = before ? tagPlaces(before).filter(({ tag }) => tag.statutory) : [];
  const isKnown = (place: TagPlace): boolean => known.some((one) => later([place], one) !== undefined);
  return tagPlaces(after)
    .filter((place) => place.tag.statutory && !isKnown(place))
    .map((place) => ({
      device: place.device.name,
      tag: place.tag.name,
      what: 'protection',
      from: null,
      to: factsAt(after, place),
    }));
}
