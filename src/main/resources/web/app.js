// The page: what the live stream brings is kept here and shown by the parts.

import { AlertList } from './alerts.js';
import { StationChart, hasUnverified } from './chart.js';
import { Live } from './live.js';
import { StationMap } from './map.js';
import { arrow, escape, figures, look, stateWords, symbol } from './symbols.js';
import { age, clockTime, dayTime, fullTime, languageInUse, number, onLanguage, shortTime, speak, text, words } from './words.js';

const $ = id => document.getElementById(id);
const HOUR_MS = 3600000;
const SPANS = [6, 24, 72, 168, 720];
const REFETCH_MS = 1500;
const ORDER = { active: 0, pending: 1, stale: 2, out_of_service: 3, unknown: 4, normal: 5 };

const stations = new Map();
let chosen = decodeURIComponent(location.hash.slice(1)) || null;
let spanHours = 24;
let place = '';
let clock = null;
let fitted = false;
let fetchedAt = 0;
let refetch = null;
let asked = 0;
let answer = null;
let away = false;

const map = new StationMap($('map'), choose);
const chart = new StationChart($('level-chart'), $('rain-chart'));
const alerts = new AlertList($('alerts'), choose);

// ---- what is shown ----

function showTexts() {
  const w = words();
  document.documentElement.lang = languageInUse();
  document.querySelectorAll('[data-text]').forEach(node => { node.textContent = w[node.dataset.text]; });
  document.querySelectorAll('[data-label]').forEach(node => node.setAttribute('aria-label', w[node.dataset.label]));
  document.querySelectorAll('[data-language]').forEach(node =>
    node.setAttribute('aria-pressed', String(node.dataset.language === languageInUse())));
  $('spans').innerHTML = SPANS.map(hours =>
    `<button type="button" data-span="${hours}" aria-pressed="${hours === spanHours}">${w.spans[hours]}</button>`).join('');
  $('map').setAttribute('aria-label', w.map);
  $('legend').innerHTML = [
    [{ state: 'normal', severity: 0 }, w.state.normal], [{ state: 'pending', severity: 0 }, w.state.pending],
    ...[1, 2, 3].map(severity => [{ state: 'active', severity }, w.severity[severity]]),
    [{ state: 'unknown', severity: 0 }, w.legendSilent],
  ].map(([state, name]) => `<li>${symbol(state)}<span>${name}</span></li>`).join('');
}

function showHeader() {
  const w = words();
  $('place').textContent = place;
  const active = alerts.active().length;
  const silent = [...stations.values()].filter(s => look(s.properties) === 'silent' || s.properties.stale).length;
  $('summary').innerHTML = `<strong>${active ? w.activeCount(active) : w.calm}</strong>`
    + (silent ? `<span>${w.silentCount(silent)}</span>` : '');
  $('summary').className = `summary worst-${Math.max(0, ...[...stations.values()].map(s => s.properties.severity))}`;
  document.title = `${active ? `(${active}) ` : ''}Vandvagt${place ? ` – ${place}` : ''}`;
  if (clock) {
    $('clock').textContent = clock.clockMs ? fullTime(clock.clockMs) : '–';
    $('clock').dateTime = clock.clockMs ? new Date(clock.clockMs).toISOString() : '';
    $('run').textContent = `${w.run} ${clock.runId}`;
    $('not-live').hidden = clock.clock !== 'stream';
    $('not-live').textContent = w.stream;
    $('not-live').title = w.streamMore;
  }
}

function showFreshness(now) {
  const w = words();
  const lost = !now.connecting && !now.connected;
  document.body.classList.toggle('lost', lost || now.notFresh);
  $('freshness').className = `freshness ${now.connecting ? 'connecting' : lost || now.notFresh ? 'gone' : 'live'}`;
  const dataAge = now.receivedAgoMs === null ? w.noData : w.dataAge(age(now.receivedAgoMs));
  $('freshness-text').textContent = now.connecting ? w.connecting : `${lost ? w.lost : w.live} · ${dataAge}`;
  const told = lost && now.seenAtMs ? w.lostMore(clockTime(now.seenAtMs)) : now.notFresh ? w.notFresh(age(now.copiedAgoMs)) : '';
  if ($('banner').textContent !== told) $('banner').textContent = told;
  $('banner').hidden = told === '';
}

function showStations() {
  map.show(stations, chosen);
  const sorted = [...stations.values()].sort((a, b) => b.properties.severity - a.properties.severity
    || ORDER[a.properties.state] - ORDER[b.properties.state]
    || a.properties.name.localeCompare(b.properties.name, languageInUse()));
  $('stations').innerHTML = sorted.map(({ id, properties: p }) => {
    const told = figures(p).map(f => `<b class="${f.old ? 'old' : ''}">${escape(f.text)}</b>`).join(' · ');
    return `<li><button type="button" data-station="${escape(id)}" aria-pressed="${id === chosen}">${symbol(p)}`
      + `<span class="station-title">${escape(p.name)}</span><span class="figure">${told || '–'}</span>`
      + `<span class="unseen">${stateWords(p)}</span></button></li>`;
  }).join('');
}

/** Keeps the focus where it was: the list is written anew at each change. */
function keepingFocus(write) {
  const held = document.activeElement?.closest('#stations [data-station], #alerts [data-station]');
  const list = held?.closest('#stations, #alerts')?.id;
  const scrolled = $('stations').scrollTop;
  write();
  $('stations').scrollTop = scrolled;
  if (list) document.querySelector(`#${list} [data-station="${CSS.escape(held.dataset.station)}"]`)?.focus({ preventScroll: true });
}

function showStation() {
  const station = stations.get(chosen);
  if (!station) return;
  const w = words();
  const p = station.properties;
  $('station-name').textContent = p.name;
  const more = p.state === 'active' && p.stale ? w.activeStale : p.state === 'stale' ? w.staleMore : p.state === 'out_of_service' ? w.outMore : p.state === 'unknown' ? w.unknownMore : '';
  const state = p.state === 'active' ? `${w.state.active}, ${w.severity[p.severity]}` : w.state[p.state];
  $('station-state').innerHTML = `${symbol(p)}<strong>${state}</strong><span class="quiet">${[heard(p), more].filter(Boolean).join(' · ')}</span>`;
  const list = [];
  if (p.levelM !== undefined) {
    list.push([w.level, `<b>${number(p.levelM, 2)}</b> m ${escape(p.levelDatum)}`, p.levelStale ? 'old' : '']);
    list.push([`${w.trend} ${w.over} 30 min`, trend(p)]);
    list.push([w.next, toNext(p)]);
    if (!p.levelStale && p.expectedEarliest) list.push([w.expected, `${shortTime(Date.parse(p.expectedEarliest))}–${p.expectedLatest ? shortTime(Date.parse(p.expectedLatest)) : w.mayNot}<small>${w.expectedMore}</small>`]);
    if (p.residualM !== null) list.push([w.residual, `${p.residualM > 0 ? '+' : ''}${number(p.residualM, 2)} m${p.tideNearlyTideless ? `<small>${w.tideless}</small>` : ''}`, p.levelStale ? 'old' : '']);
    if (p.levelReturnPeriodYears) list.push([w.returnPeriod, years(p.levelReturnPeriodYears), p.levelStale ? 'old' : '']);
  }
  if (p.rainSensorId) {
    list.push([`${w.rain} 30 min`, `<b>${number(p.rainMm30min, 1)}</b> mm`, p.rainStale ? 'old' : '']);
    list.push([`${w.rain} 24 h`.replace('24 h', w.spans[24]), `<b>${number(p.rainMm24h, 1)}</b> mm`, p.rainStale ? 'old' : '']);
    if (p.rainReturnPeriodWindow) list.push([`${w.returnPeriod}, ${w.rain.toLowerCase()} ${escape(p.rainReturnPeriodWindow)}`, years(p.rainReturnPeriodYears), p.rainStale ? 'old' : '']);
  }
  if (p.levelFlag) list.push([w.quality, quality(p)]);
  $('figures').innerHTML = list.map(([name, value, kind]) => `<div class="${kind ?? ''}"><dt>${name}</dt><dd>${value}</dd></div>`).join('');
}

function heard(p) {
  const observed = Date.parse(p.observedAt);
  if (Number.isNaN(observed)) return '';
  const ago = clock?.clockMs ? clock.clockMs - observed : 0;
  return `${words().observed} ${dayTime(observed)}${ago >= 60000 ? ` (${words().ago(age(ago))})` : ''}`;
}

function trend(p) {
  const w = words();
  if (p.trend30min === null || p.levelStale) return w.unknownTrend;
  const rise = `${p.riseMPerHour30min > 0 ? '+' : ''}${number(p.riseMPerHour30min * 100, 0)} cm/${languageInUse() === 'da' ? 't' : 'h'}`;
  return `<b>${arrow(p.trend30min)} ${rise}</b>${p.trend30min === 'steady' ? `<small>${w.steady}</small>` : ''}`;
}

function years(period) {
  const w = words();
  return `${escape(period).replace('about', w.about)} ${w.years}`;
}

function toNext(p) {
  const levels = (answer?.stationId === chosen ? answer.thresholds : []).filter(t => t.kind === 'level' && t.direction === 'rising');
  const next = levels.filter(t => t.raiseAt > p.levelM).sort((a, b) => a.raiseAt - b.raiseAt)[0];
  if (p.levelM === null || p.levelStale || levels.length === 0) return '–';
  return next ? `<b>${number(next.raiseAt - p.levelM, 2)}</b> m<small>${escape(text(next, 'title') || next.name)}</small>` : words().aboveAll;
}

function quality(p) {
  const name = words().flag[p.levelFlag] ?? p.levelFlag;
  return `<span class="flag ${escape(p.levelFlag)}">${name}</span>`
    + (p.levelTest && p.levelTest !== 'none' ? `<small>${escape(p.levelTest.replaceAll('_', ' '))}</small>` : '');
}

function showNote() {
  const w = words();
  const empty = answer && answer.series.every(s => s.columns.atMs.length === 0);
  $('chart-note').textContent = [
    away ? w.seriesAway : '',
    empty && !away ? w.noSeries : '',
    answer?.series.some(s => s.truncated) ? w.truncated : '',
    hasUnverified(answer) ? w.unverified : '',
  ].filter(Boolean).join(' · ');
}

// ---- what is asked for ----

function choose(id) {
  const anew = id !== chosen;
  chosen = id;
  history.replaceState(null, '', `#${encodeURIComponent(id)}`);
  if (anew) {
    answer = null;
    chart.show(null, 0, 0);
  }
  keepingFocus(showStations);
  showStation();
  fetchSeries();
  if (anew && window.matchMedia('(max-width: 760px)').matches) $('station').scrollIntoView({ behavior: 'smooth', block: 'start' });
}

async function fetchSeries() {
  clearTimeout(refetch);
  refetch = null;
  fetchedAt = performance.now();
  const station = stations.get(chosen);
  if (!station || !clock?.clockMs) return;
  const mine = ++asked;
  const toMs = clock.clockMs;
  const fromMs = toMs - spanHours * HOUR_MS;
  const step = spanHours > 168 ? '&step=1h' : '';
  const got = await fetchJson(`/stations/${encodeURIComponent(station.id)}/series?from=${fromMs}&to=${toMs + 1}${step}`);
  if (mine !== asked) return;
  away = got === null;
  if (got) {
    answer = got;
    chart.show(answer, fromMs, toMs);
    showStation();
  }
  showNote();
}

async function fetchJson(path) {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

function fetchSeriesSoon() {
  if (refetch === null) {
    refetch = setTimeout(fetchSeries, Math.max(0, REFETCH_MS - (performance.now() - fetchedAt)));
  }
}

// ---- what comes ----

let drawing = false;

/** Many stations may change in one second: they are drawn together. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    keepingFocus(showStations);
    showStation();
    showHeader();
  }, 100);
}

function worst() {
  return [...stations.values()].sort((a, b) => b.properties.severity - a.properties.severity
    || ORDER[a.properties.state] - ORDER[b.properties.state]
    || Number(b.properties.levelM !== undefined) - Number(a.properties.levelM !== undefined))[0]?.id ?? null;
}

new Live({
  state(state) {
    place = state.placeName;
    clock = clock ?? { clockMs: Date.parse(state.asOf) || 0, runId: state.runId, clock: state.clock };
    stations.clear();
    state.stations.forEach(station => stations.set(station.id, station));
    document.body.classList.remove('waiting');
    if (!stations.has(chosen)) chosen = worst();
    if (!fitted) {
      map.fit(stations);
      fitted = true;
    }
    alerts.refresh().then(showHeader);
    drawSoon();
    fetchSeries();
  },
  station(station) {
    stations.set(station.id, station);
    if (station.id === chosen) {
      const at = Date.parse(station.properties.levelObservedAt);
      if (answer?.stationId === chosen && at) chart.append(at, station.properties.levelFlag === 'fail' ? null : station.properties.levelM, Math.max(at, clock.clockMs));
      fetchSeriesSoon();
    }
    drawSoon();
  },
  alert(alert) {
    // what is shelved is in the list, and not called out
    if (!alert.shelved) $('announcer').textContent = `${alert.stationName}: ${text(alert, 'title') || alert.threshold}, ${words().transition[alert.transition]}`;
    alerts.refreshSoon();
    setTimeout(showHeader, 1500);
  },
  clock(now) {
    const first = !clock?.clockMs && now.clockMs;
    clock = now;
    showHeader();
    if (first) fetchSeries();
  },
  freshness: showFreshness,
});

$('stations').addEventListener('click', event => {
  const row = event.target.closest('[data-station]');
  if (row) choose(row.dataset.station);
});
$('spans').addEventListener('click', event => {
  const button = event.target.closest('[data-span]');
  if (!button) return;
  spanHours = Number(button.dataset.span);
  $('spans').querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
  fetchSeries();
});
document.querySelectorAll('[data-language]').forEach(button => button.addEventListener('click', () => speak(button.dataset.language)));
onLanguage(() => {
  showTexts();
  showHeader();
  showStations();
  showStation();
  alerts.show();
  chart.repaint();
  showNote();
});
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => chart.repaint());
showTexts();
alerts.show();
// a peak may move on without a transition
setInterval(() => alerts.refresh(), 30000);
