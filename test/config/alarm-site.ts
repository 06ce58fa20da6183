import { type LoadResult, loadSite } from '../../config/index.js';
import { memoryIo } from './fakes.js';

/** A site with a rule of most kinds, small enough to be changed by the line; everything in it is right. */
export const alarmSite = `version: 1
site: { id: farm, timezone: "+08:00" }
profiles:
  air:
    driver: modbus
    poll: 10s
    groups: { slow: 1min }
    tags:
      gas: { register: holding 0, type: uint16, unit: ppm, resolution: 1, range: [0, 100] }
      heat: { register: holding 1, type: int16, unit: °C }
      setpoint: { register: holding 2, type: int16, unit: °C }
      label: { register: holding 3, type: string, length: 4 }
      outside: { register: holding 9, type: int16, unit: °C, group: slow }
    derived:
      double: { formula: gas * 2 }
  fan:
    driver: modbus
    tags: { running: { register: holding 0, bit: 0 } }
links:
  bus:
    driver: modbus
    address: tcp://127.0.0.1:502
    devices:
      house-1: { profile: air, unit: 1 }
      house-2: { profile: air, unit: 2 }
      fan-1: { profile: fan, unit: 3 }
classes:
  guarded: { like: safety }
rules:
  gas:
    type: limits
    devices: [house-1]
    tag: gas
    HH: 20
    deadband: 2
    alarm: { class: toxic, action: leave the house }
  heat:
    type: limits
    devices: [house-1, house-2]
    tag: heat
    H: { formula: setpoint + 5 }
    L: { curve: [[-10, 18], [20, 16]], over: { device: house-2, tag: outside } }
    alarm:
      class: guarded
      action: raise the ventilation
      suppress: { when: { device: fan-1, tag: running, is: 0 }, unless: { tag: heat, above: 40 } }
      kinds: { L: { severity: serious } }
  apart:
    type: deviation
    devices: [house-1]
    tag: heat
    from: { device: house-2, tag: heat }
    above: 3
  stuffy:
    type: compound
    devices: ["profile:air"]
    when:
      all:
        - { device: fan-1, tag: running, is: 1 }
        - any:
            - { tag: gas, above: 10, for: 1min }
            - { tag: heat, above: 30 }
  silent: { type: stale, devices: [house-1], tag: outside, after: 3min }
  disk: { type: limits, devices: [box], tag: disk_free, L: 500 }
`;

/** A text that stands in the site once, and what is written in its place. */
export type Change = readonly [from: string, to: string];

const changed = (changes: readonly Change[]): string =>
  changes.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`"${from}" does not stand once in the site`);
    return text.replace(from, () => to);
  }, alarmSite);

/** Loads the site after some changes. */
export const loadChanged = (...changes: readonly Change[]): Promise<LoadResult> =>
  loadSite('site.yaml', memoryIo({ 'site.yaml': changed(changes) }));

/** What a user is told, in English: the word at the place, what is wrong, what to write. */
export async function toldOf(...changes: readonly Change[]): Promise<string[]> {
  const { problems, warnings } = await loadChanged(...changes);
  const lines = changed(changes).split('\n');
  return [...problems, ...warnings].map(({ line, column, what, remedy }) => {
    const [word] = /^[^\s:,}\]]+/.exec(lines[line - 1]?.slice(column - 1) ?? '') ?? [''];
    return `${word} | ${what.en} | ${remedy.en}`;
  });
}
