import { byId, create, setClass, setText, showAll } from './dom.js';
import { formatAge, siteTime } from './format.js';

/** What is being worked on, the first to end first: its values say so and its alarms are out of service until then. */

/** Whoever works there should ask anew or be done: the gateway says it then, too. */
const endingMs = 15 * 60_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;

const subjectOf = ({ device, tag }) => (tag === null ? device : `${device} · ${tag}`);

const concerns = (mode, { device, tag }) => mode.device === device && (mode.tag === null || mode.tag === tag);

/** A value that is not good because somebody works there: the work is told once. */
export const isWorkedOn = (value, modes) =>
  value.quality === 'uncertain-function-check' && modes.some((mode) => concerns(mode, value));

/** One after the other the alarms of a mode go out of service, within this. */
const togetherMs = 1000;

/** An alarm that went out of service with a mode; it is told with it unless its condition stands. */
const wentWith = (mode, alarm) =>
  concerns(mode, alarm) &&
  alarm.outOfService?.who === mode.who &&
  Math.abs(Date.parse(alarm.outOfService.since) - Date.parse(mode.since)) < togetherMs;

export const isToldByMode = (alarm, modes) =>
  alarm.state === 'out-of-service' && !alarm.isAbnormal && modes.some((mode) => wentWith(mode, alarm));

/** `1 h 29 min`: at a glance whether there is time for a meal. */
const leftText = (ms, words) =>
  ms < hourMs
    ? formatAge(ms, words)
    : `${Math.floor(ms / hourMs)} ${words.units.hour} ${Math.floor((ms % hourMs) / minuteMs)} ${words.units.minute}`;

/** It is a matter of hours, so the time of day is enough. */
const untilText = (until, timezone, words) => (until === null ? words.timeUnknown : siteTime(until, timezone).slice(11, 16));

function makeMode() {
  const item = create('li');
  const head = item.appendChild(create('div', 'head'));
  head.append(create('span', 'badge'), create('strong', 'name'), create('span', 'left'));
  item.append(create('div', 'why'), create('div', 'silenced muted'));
  return item;
}

export function showModes({ modes, alarms, status }, { words, elapsedMs }) {
  byId('modes-section').hidden = modes.length === 0;
  const sorted = [...modes].sort((a, b) => a.leftMs - b.leftMs);
  showAll(byId('modes'), sorted, subjectOf, makeMode, (item, mode) => {
    const leftMs = Math.max(0, mode.leftMs - elapsedMs);
    const silenced = alarms.filter((alarm) => wentWith(mode, alarm)).length;
    setClass(item, leftMs < endingMs ? 'ending' : '');
    setText(item.querySelector('.badge'), words.modes[mode.mode]);
    setText(item.querySelector('.name'), subjectOf(mode));
    setText(
      item.querySelector('.left'),
      words.modeLeft(leftText(leftMs, words), untilText(mode.until, status.site.timezone, words)),
    );
    setText(item.querySelector('.why'), words.modeBy(mode.who, mode.reason));
    item.querySelector('.silenced').hidden = silenced === 0;
    setText(item.querySelector('.silenced'), words.modeSilences(silenced));
  });
}
