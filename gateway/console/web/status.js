import { setText } from './dom.js';
import { siteTime } from './format.js';
import { showOverview } from './render.js';
import { preferredLanguage, texts } from './texts.js';

/** Fetches the overview each second, shows it, and says across the page when it is old. */

const refreshMs = 1000;
/** An answer that takes longer than this is none. */
const answerMs = 4000;
/** What is older than this is called old. */
const staleMs = 3500;
const languageKey = 'sluice-language';

const remembered = () => {
  try {
    return localStorage.getItem(languageKey);
  } catch {
    return null;
  }
};

let language = remembered() in texts ? remembered() : preferredLanguage(navigator.languages);
let overview;
let answeredAt;
/** What the last attempt ended with: `ok`, `silent`, `failing` or `signed-out`. */
let outcome = 'ok';
const openedAt = performance.now();
const qualities = new Map();

async function fetchJson(path) {
  const attempt = new AbortController();
  const timer = setTimeout(() => attempt.abort(), answerMs);
  try {
    const response = await fetch(path, { signal: attempt.signal, cache: 'no-store' });
    if (!response.ok) throw Object.assign(new Error(path), { status: response.status });
    return await response.json();
  } finally {
    clearTimeout(timer);
  }
}

async function refresh() {
  try {
    if (qualities.size === 0) {
      for (const { name, text } of await fetchJson('/api/qualities')) qualities.set(name, text);
    }
    overview = await fetchJson('/api/overview');
    answeredAt = performance.now();
    outcome = 'ok';
  } catch (error) {
    outcome = error.status === 401 ? 'signed-out' : error.status === undefined ? 'silent' : 'failing';
  }
  show();
}

function show() {
  const words = texts[language];
  const elapsedMs = performance.now() - (answeredAt ?? openedAt);
  if (overview) showOverview(overview, { words, language, qualities, elapsedMs });
  else setText(document.getElementById('summary'), words.starting);
  showBanner();
}

function bannerText() {
  const words = texts[language];
  const silentMs = performance.now() - (answeredAt ?? openedAt);
  if (outcome === 'signed-out') return words.signIn;
  if (silentMs < staleMs) return '';
  if (!overview) return words.noAnswerYet;
  const { time, site } = overview.status;
  const since = time === null ? words.timeUnknown : siteTime(time, site.timezone);
  return outcome === 'failing' ? words.gatewayFails(since) : words.noAnswer(since);
}

/**
 * Also runs while an answer is awaited, so that a hanging gateway is told as soon as a dead one. The sentence stays the
 * same while it holds: a screen reader says it once.
 */
function showBanner() {
  const text = bannerText();
  const banner = document.getElementById('banner');
  banner.hidden = text === '';
  setText(banner, text);
  document.body.classList.toggle('stale', text !== '');
  if (text !== '') document.title = `◆ ${text}`;
}

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-text]')) setText(element, texts[chosen][element.dataset.text]);
  const other = chosen === 'zh' ? 'en' : 'zh';
  const button = document.getElementById('language');
  setText(button, texts[other].language);
  button.lang = other === 'zh' ? 'zh-CN' : 'en';
  button.onclick = () => {
    try {
      localStorage.setItem(languageKey, other);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    speak(other);
  };
  show();
}

async function run() {
  for (;;) {
    await refresh();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
}

speak(language);
setInterval(showBanner, refreshMs);
void run();
