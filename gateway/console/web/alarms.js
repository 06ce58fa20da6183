import { byId, create, setClass, setText, showAll } from './dom.js';
import { formatAge, isNotGood, qualityText, siteTime, withUnit } from './format.js';
import { isToldByMode } from './modes.js';

/** Alarms: what calls for a person, most pressing first, and apart from it, quiet and always in sight, what was put aside. */

/** More of them nobody reads; the rest is counted. */
const shownMax = 100;

/** A shape of its own for each priority: nobody has to tell colours apart (ANSI/ISA-101.01). */
const shapes = { critical: '■', high: '▲', medium: '◆', low: '●' };

const unseen = new Set(['unacknowledged', 'returned-unacknowledged', 'latched-unacknowledged']);
const aside = new Set(['shelved', 'suppressed', 'out-of-service']);

/** Somebody still has to say that it was seen. */
export const isUnseen = ({ state }) => unseen.has(state);

/** Put aside by a person or by design, and told nowhere else. */
export const isAside = (alarm, modes) => aside.has(alarm.state) && !isToldByMode(alarm, modes);

export function showAlarms({ alarms, isFlooded, values, status, modes }, context) {
  const { words } = context;
  const calling = alarms.filter(({ isAnnunciated }) => isAnnunciated);
  const shown = calling.slice(0, shownMax);
  byId('flood').hidden = !isFlooded;
  byId('alarms-table').hidden = calling.length === 0;
  byId('no-alarms').hidden = calling.length > 0;
  byId('alarms-hint').hidden = !calling.some(isUnseen);
  byId('more-alarms').hidden = shown.length === calling.length;
  setText(byId('more-alarms'), words.moreAlarms(calling.length - shown.length));
  const latest = new Map(values.map((value) => [`${value.device}/${value.tag}`, value]));
  showAll(byId('alarms'), shown, ({ key }) => key, makeAlarm, (row, alarm) =>
    showAlarm(row, alarm, latest.get(`${alarm.device}/${alarm.tag}`), context),
  );
  showAside(
    alarms.filter((alarm) => isAside(alarm, modes)),
    status,
    context,
  );
}

function makeAlarm() {
  const row = create('tr');
  const heading = row.appendChild(create('th'));
  heading.scope = 'row';
  const head = heading.appendChild(create('div', 'head'));
  head.append(create('span', 'badge'), create('span', 'alarm-state'), create('span', 'name muted'));
  heading.append(create('div', 'message'), create('div', 'action'), create('div', 'notes muted'));
  const now = row.appendChild(create('td', 'number now'));
  now.append(create('div', 'value'), create('div', 'trouble'));
  row.append(create('td', 'number'), create('td', 'number'));
  return row;
}

function showAlarm(row, alarm, now, context) {
  const { words, language, qualities, elapsedMs } = context;
  const { priority, limit, unit, raisedForMs, respondWithinMs } = alarm;
  const part = (name) => row.querySelector(name);
  setClass(row, `${priority} ${isUnseen(alarm) ? 'unseen' : 'seen'}`);
  setText(part('.badge'), `${shapes[priority]} ${words[priority]}`);
  setText(part('.alarm-state'), words.states[alarm.state]);
  setText(part('.name'), alarm.key);
  setText(part('.message'), alarm.message[language]);
  setText(part('.action'), words.todo(alarm.action[language], formatAge(respondWithinMs, words)));
  const notes = notesOf(alarm, context).join(words.and);
  part('.notes').hidden = notes === '';
  setText(part('.notes'), notes);
  setText(part('.value'), withUnit(now ? now.value : alarm.value, unit, words));
  const isDoubtful = now !== undefined && isNotGood(now);
  part('.trouble').hidden = !isDoubtful;
  setText(part('.trouble'), isDoubtful ? qualityText(now.quality, qualities, language) : '');
  setText(row.children[2], withUnit(limit, unit, words));
  setText(row.children[3], raisedForMs === null ? words.gone : formatAge(raisedForMs + elapsedMs, words));
}

/** What else a person should know of it. */
function notesOf(alarm, { words, elapsedMs }) {
  const { key, firstOut, chatter, lastKnownMs, covers } = alarm;
  // An alarm that is announced anew remembers who saw it before; that is no comfort now.
  const acknowledged = isUnseen(alarm) ? null : alarm.acknowledged;
  const others = firstOut.filter((other) => other !== key);
  return [
    ...(firstOut.length > 0 ? [words.firstOut(firstOut, others.length < firstOut.length)] : []),
    ...(chatter === null ? [] : [words.chatter(chatter)]),
    ...(lastKnownMs === null ? [] : [words.lastKnown(formatAge(lastKnownMs + elapsedMs, words))]),
    ...(covers > 0 ? [words.covers(covers)] : []),
    ...(acknowledged === null ? [] : [words.seenBy(acknowledged.who, acknowledged.comment)]),
  ];
}

function showAside(put, { site }, context) {
  const { words, language } = context;
  byId('aside-section').hidden = put.length === 0;
  setText(byId('aside-title'), words.aside(put.length));
  const make = () => {
    const item = create('li');
    item.append(create('span', 'alarm-state'), create('span', 'name'), create('span', 'message'), create('div', 'why muted'));
    return item;
  };
  showAll(byId('aside'), put, ({ key }) => key, make, (item, alarm) => {
    const { key, priority, state, isAbnormal, message } = alarm;
    setClass(item, isAbnormal ? 'stands' : '');
    setText(item.querySelector('.alarm-state'), `${shapes[priority]} ${words.states[state]}`);
    setText(item.querySelector('.name'), key);
    setText(item.querySelector('.message'), isAbnormal ? words.stands(message[language]) : message[language]);
    setText(item.querySelector('.why'), whyAside(alarm, site, context).join(words.and));
  });
}

/** Who takes alarms of a rule out of service that is tried out. */
const siteFile = 'site file';

/** Who put it aside, why, and for how long yet: of each flag that holds. */
function whyAside({ shelf, suppression, outOfService }, { timezone }, { words, elapsedMs }) {
  const left = (ms) => formatAge(Math.max(0, ms - elapsedMs), words);
  return [
    ...(outOfService ? [outText(outOfService, timezone, words)] : []),
    ...(suppression ? [words.suppressedBy(suppression.by, left(suppression.leftMs))] : []),
    ...(shelf ? [words.shelvedBy(shelf.who, shelf.reason, left(shelf.leftMs))] : []),
  ];
}

function outText({ who, reason, since }, timezone, words) {
  const from = since === null ? words.timeUnknown : siteTime(since, timezone);
  return who === siteFile ? words.triedOut(from) : words.outBy(who, reason, from);
}
