import { isAside, isUnseen, showAlarms } from './alarms.js';
import { byId, create, setText, showAll, showRows } from './dom.js';
import { formatAge, formatCount, isNotGood, qualityText, siteTime, withUnit } from './format.js';
import { isWorkedOn, showModes } from './modes.js';

/** Shows one overview: alarms first, then what needs attention, then all that is well. */

/** Devices with more values than this in all start closed, but for those in trouble. */
const openValuesMax = 150;

const number = (text) => [text, 'number'];
const state = (text, isWell) => [text, isWell ? '' : 'trouble'];

export function showOverview(overview, context) {
  byId('main').hidden = false;
  showHead(overview, context);
  showAlarms(overview, context);
  showModes(overview, context);
  showAttention(overview, context);
  showConditions(overview, context);
  showDevices(overview, context);
  showPlumbing(overview, context);
  showLedger(overview, context);
}

function showHead({ status, alarms, attention, values, devices, modes }, { words }) {
  // What a lost link or a silent device takes with it is told once, with the link or the device, and work with its mode.
  const silent = new Set(devices.filter(({ state: deviceState }) => deviceState !== 'online').map(({ name }) => name));
  const isTold = (value) => silent.has(value.device) || isWorkedOn(value, modes);
  const { site, time, isClockTrusted } = status;
  setText(byId('site'), site.name || site.id);
  setText(byId('time'), time === null ? words.timeUnknown : siteTime(time, site.timezone));
  setText(byId('clock'), isClockTrusted ? words.clockTrusted : words.clockUntrusted);
  const notGood = values.filter((value) => isNotGood(value) && !isTold(value)).length;
  const calling = alarms.filter(({ isAnnunciated }) => isAnnunciated);
  const unseen = calling.filter(isUnseen).length;
  const aside = alarms.filter((alarm) => isAside(alarm, modes));
  const standing = aside.filter(({ isAbnormal }) => isAbnormal).length;
  const troubles = [
    ...(calling.length > 0 ? [words.alarmCount(calling.length, unseen)] : []),
    ...(attention.length > 0 ? [words.toSeeTo(attention.length)] : []),
    ...(notGood > 0 ? [words.valuesNotGood(notGood)] : []),
  ];
  const parts = [
    ...(troubles.length > 0 ? troubles : [standing > 0 ? words.noneCalls : words.allWell]),
    ...(modes.length > 0 ? [words.modeCount(modes.length)] : []),
    ...(aside.length > 0 ? [words.asideCount(aside.length, standing)] : []),
  ];
  const summary = byId('summary');
  setText(summary, parts.join(words.and));
  summary.classList.toggle('has-alarm', unseen > 0);
  summary.classList.toggle('has-trouble', unseen === 0 && troubles.length > 0);
  const count = calling.length + attention.length;
  document.title = `${count > 0 ? `(${count}) ` : ''}${site.name || site.id} · Sluice`;
}

/** Limits below point down; what is no limit has no direction. */
const signOf = (kind) => `${/^L+$/.test(kind) ? '▼' : /^H+$/.test(kind) ? '▲' : '•'} ${kind}`;

function showConditions({ conditions, values }, { words, language, qualities, elapsedMs }) {
  byId('conditions-section').hidden = conditions.length === 0;
  const make = () => {
    const row = create('tr');
    const heading = row.appendChild(create('th'));
    heading.scope = 'row';
    heading.append(create('span', 'sign'), create('strong'), create('div', 'message'));
    const now = row.appendChild(create('td', 'number'));
    now.append(create('div', 'value'), create('div', 'trouble'));
    row.append(create('td', 'number'), create('td', 'number'));
    return row;
  };
  showAll(byId('conditions'), conditions, ({ key }) => key, make, (row, condition) => {
    const { device, tag, kind, limit, unit, message, sinceMs } = condition;
    const now = values.find((value) => value.device === device && value.tag === tag);
    setText(row.querySelector('.sign'), signOf(kind));
    setText(row.querySelector('strong'), `${device} · ${tag}`);
    setText(row.querySelector('.message'), message[language]);
    setText(row.querySelector('.value'), now ? withUnit(now.value, unit, words) : words.none);
    const trouble = row.querySelector('.trouble');
    trouble.hidden = !now || !isNotGood(now);
    setText(trouble, now ? qualityText(now.quality, qualities, language) : '');
    setText(row.children[2], withUnit(limit, unit, words));
    setText(row.children[3], formatAge(sinceMs + elapsedMs, words));
  });
}

function showAttention({ attention }, { language }) {
  byId('attention-section').hidden = attention.length === 0;
  showAll(
    byId('attention'),
    attention,
    ({ subject, name }) => `${subject}/${name}`,
    () => create('li'),
    (item, { text }) => setText(item, text[language]),
  );
}

function showDevices({ devices, values, conditions, alarms, modes }, context) {
  const signs = new Map(conditions.map(({ device, tag, kind }) => [`${device}/${tag}`, [signOf(kind), '']]));
  for (const { device, tag, kind, isAbnormal, isAnnunciated } of alarms) {
    if (isAbnormal) signs.set(`${device}/${tag}`, [signOf(kind), isAnnunciated ? ' alarm' : '']);
  }
  const byDevice = new Map(devices.map((device) => [device.name, { ...device, values: [] }]));
  for (const value of values) {
    // The built-in device is on no link.
    const device = byDevice.get(value.device) ?? { name: value.device, link: '', profile: '', state: 'itself', values: [] };
    device.values.push(value);
    byDevice.set(value.device, device);
  }
  const isOpen = values.length <= openValuesMax;
  const make = (device) => makeDevice(isOpen || device.state === 'offline' || device.values.some(isNotGood));
  showAll(byId('devices'), [...byDevice.values()], ({ name }) => name, make, (element, device) =>
    showDevice(element, device, { signs, modes }, context),
  );
}

function makeDevice(isOpen) {
  const element = create('details', 'device');
  element.open = isOpen;
  const summary = element.appendChild(create('summary'));
  summary.append(create('h3'), create('span', 'state'), create('span', 'origin muted'));
  const table = element.appendChild(create('table'));
  const heading = table.createTHead().insertRow();
  for (const [text, className] of [['tag', ''], ['value', 'number'], ['quality', ''], ['age', 'number']]) {
    const cell = heading.appendChild(create('th', className));
    cell.scope = 'col';
    cell.dataset.text = text;
  }
  table.createTBody();
  return element;
}

function showDevice(element, { name, link, profile, state: deviceState, values }, { signs, modes }, context) {
  const isTrouble = (value) => isNotGood(value) && !isWorkedOn(value, modes);
  const { words, language, qualities, elapsedMs } = context;
  const isSilent = deviceState === 'offline';
  element.classList.toggle('has-trouble', isSilent || values.some(isTrouble));
  setText(element.querySelector('h3'), name);
  setText(element.querySelector('.origin'), [profile, link].filter(Boolean).join(' · '));
  const stateElement = element.querySelector('.state');
  setText(stateElement, words[deviceState]);
  stateElement.classList.toggle('trouble', isSilent);
  stateElement.classList.toggle('muted', !isSilent);
  for (const cell of element.querySelectorAll('thead th')) setText(cell, words[cell.dataset.text]);
  const shown = values.filter(({ quality }) => quality !== 'absent');
  showRows(
    element.querySelector('tbody'),
    shown,
    ({ group, tag }) => `${group}/${tag}`,
    (value) => [
      value.tag,
      valueCell(value, words, signs.get(`${name}/${value.tag}`)),
      [qualityText(value.quality, qualities, language), isTrouble(value) ? 'trouble' : 'muted'],
      number(formatAge(value.ageMs + elapsedMs, words)),
    ],
  );
}

/** A value that an alarm or a condition is active on carries its sign. */
function valueCell({ value, unit }, words, [sign, className] = ['', '']) {
  const text = withUnit(value, unit, words);
  return [sign === '' ? text : `${sign}  ${text}`, `number value${className}`];
}

function showPlumbing({ links, sinks }, { words }) {
  const named = ({ name }) => name;
  showRows(byId('links'), links, named, (link) => [
    `${link.name} · ${link.driver}`,
    state(`${words[link.state] ?? link.state} · ${formatAge(link.stateForMs, words)}`, link.state === 'connected'),
    number(formatCount(link.reads)),
    number(formatCount(link.failedReads)),
    number(formatCount(link.overruns)),
  ]);
  const sinkState = ({ isConnected, isForked }) => (isConnected ? (isForked ? words.catchingUp : words.connected) : words.connecting);
  showRows(byId('sinks'), sinks, named, (sink) => [
    `${sink.name} · ${sink.type}`,
    state(sinkState(sink), sink.isConnected),
    number(formatCount(sink.waiting)),
    number(formatCount(sink.parkedFields)),
  ]);
}

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

function showLedger({ ledger, status }, { words }) {
  const { run, sinks } = ledger;
  setText(byId('run'), words.run(formatCount(run.acquired), formatCount(run.appended)));
  byId('run').classList.toggle('trouble', !run.isBalanced);
  showRows(
    byId('ledger'),
    sinks,
    ({ sink, lane }) => `${sink}/${lane}`,
    (account) => [
      `${account.sink} · ${words[account.lane]}`,
      state(account.isBalanced ? words.balanced : words.unbalanced, account.isBalanced),
      number(formatCount(account.appended)),
      number(formatCount(account.delivered)),
      number(formatCount(account.unchanged)),
      number(formatCount(account.waiting)),
      number(formatCount(account.rejected)),
      number(formatCount(sum(account.dropped))),
    ],
  );
  const { version, upMs, epoch, configuration } = status;
  setText(byId('footer'), words.footer(version, formatAge(upMs, words), epoch.slice(0, 8), configuration.slice(0, 8)));
}
