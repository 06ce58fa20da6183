import { Quality } from '../../gateway/contract/index.js';
import type { FillReading } from '../prove/counting-driver.js';

/** A mine face: methane and a fan's state that the law protects, a temperature that it does not. Lines stand alone to be changed. */
export const statutorySite = `version: 1
site: { id: face, timezone: "+08:00", kind: mine }
profiles:
  gas:
    driver: counting
    poll: 1s
    tags:
      methane:
        cell: 0
        unit: "%"
        range: [0, 4]
        scale: 0.01
        offset: 0
        statutory: true
      temperature: { cell: 1, unit: °C }
    derived:
      spread: { formula: 2 * methane + 1, unit: "%" }
links:
  face:
    driver: counting
    phase: 7
    devices: { west: { profile: gas } }
rules:
  methane:
    type: limits
    devices: [west]
    tag: methane
    HH: 1.5
    deadband: 0.1
    message: { en: methane is high, zh: 瓦斯超限 }
    alarm: { class: safety, action: cut the power }
  heat: { type: limits, devices: [west], tag: temperature, H: 30 }
journal: { folder: /journal }
box: { poll: 5min }
`;

/** Raw methane 120, which is 1.2 %; a sensor that is off is bad. */
export const fillFace: FillReading = (_device, _phase, cells, into) =>
  cells.forEach((cell, slot) => {
    if (cell === 9) into.bad(slot, Quality['bad-sensor-failure']);
    else into.set(slot, cell === 0 ? 120 : 21);
  });

/** The file with one line otherwise. Throws where there is nothing to change. */
export function altered(line: string, by: string, text = statutorySite): string {
  if (!text.includes(line)) throw new Error(`the site has no "${line}"`);
  return text.replace(line, by);
}
