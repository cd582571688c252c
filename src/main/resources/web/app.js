// The page: what the live stream brings is kept here and shown by the parts; or, while the time machine is on, what was known then.

import { AlertList } from './alerts.js';
import { askAll, askJson, seeBelow, seenBelow } from './ask.js';
import { DrillBar } from './drill.js';
import { Layers } from './layers.js';
import { Live } from './live.js';
import { StationMap } from './map.js';
import { OperatorDialog } from './operator.js';
import { TimeMachine } from './past.js';
import { StationView, rise } from './station.js';
import { StationList } from './stations.js';
import { arrow, byGravity, course, escape, figures, look, symbol } from './symbols.js';
import { isDark, onTheme, turn } from './theme.js';
import { age, clockTime, fullTime, languageInUse, onLanguage, shortestTime, speak, text, words } from './words.js';

const $ = id => document.getElementById(id);
const DRAW_AFTER_MS = 100;
const ALERTS_EVERY_MS = 30000;
const BANNER_STEP_MS = 10000;

const live = new Map();
let stations = live;
let chosen = asked();
let place = '';
let clock = null;
let fitted = false;
let summary = '';

/** The station in the address; one that cannot be read is none. */
function asked() {
  try {
    return decodeURIComponent(location.hash.slice(1)) || null;
  } catch {
    return null;
  }
}

const map = new StationMap($('map'), choose);
const layers = new Layers(map, $('layers'));
const list = new StationList($('stations'), $('search'), $('more'), choose);
const view = new StationView($);
const operator = new OperatorDialog($('operator'), () => alerts.refreshSoon(), (act, id) => alerts.focus(act, id));
const alerts = new AlertList(
  $('alerts'), $('filters'), $('standing'), $('history'), id => stations.get(id)?.properties.name ?? id, choose, (act, alert) => operator.open(act, alert),
);
const machine = new TimeMachine($('past'), $('past-open'), () => clock?.clockMs || Date.now(), travel);
const drill = new DrillBar($('drill'), seeDrill);
alerts.onShown = showHeader;

const nowMs = () => machine.atMs ?? clock?.clockMs ?? 0;

// ---- what is shown ----

function showTexts() {
  const w = words();
  document.documentElement.lang = languageInUse();
  document.querySelectorAll('[data-text]').forEach(node => { node.textContent = w[node.dataset.text]; });
  document.querySelectorAll('[data-label]').forEach(node => node.setAttribute('aria-label', w[node.dataset.label]));
  document.querySelectorAll('[data-title]').forEach(node => {
    node.setAttribute('aria-label', w[node.dataset.title]);
    node.title = w[node.dataset.title];
  });
  document.querySelectorAll('[data-language]').forEach(node =>
    node.setAttribute('aria-pressed', String(node.dataset.language === languageInUse())));
  $('search').placeholder = w.search;
  $('map').setAttribute('aria-label', w.map);
  document.querySelector('.leaflet-control-zoom-in')?.setAttribute('aria-label', w.zoomIn);
  document.querySelector('.leaflet-control-zoom-out')?.setAttribute('aria-label', w.zoomOut);
  $('legend').innerHTML = [
    [{ state: 'normal', severity: 0 }, w.state.normal], [{ state: 'pending', severity: 0 }, w.state.pending],
    ...[1, 2, 3].map(severity => [{ state: 'active', severity }, w.severity[severity]]),
    [{ state: 'unknown', severity: 0 }, w.legendSilent],
  ].map(([state, name]) => `<li>${symbol(state)}<span>${name}</span></li>`).join('');
  $('theme').setAttribute('aria-pressed', String(isDark()));
  view.showTexts();
  alerts.showFilters();
}

/** Where it is bad, how bad, getting worse, since when, and whether the sensor is to be trusted: in one line. */
function showHeader() {
  const w = words();
  $('place').textContent = place;
  const active = alerts.active();
  const all = [...stations.values()];
  const silent = all.filter(s => look(s.properties) === 'silent' || s.properties.stale).length;
  const severity = Math.max(0, ...all.map(s => s.properties.severity));
  $('summary').className = `summary worst-${severity}`;
  const told = `<strong>${active.length ? w.activeCount(active.length) : alerts.isKnown() && severity === 0 ? w.calm : w.waiting}</strong>`
    + (active.length ? `<button type="button" id="lead" data-station="${escape(active[0].stationId)}">${lead(active[0])}</button>` : '')
    + (silent ? `<span class="silent-count">${w.silentCount(silent)}</span>` : '');
  // asked every second: whoever stands on it with the keyboard stays there
  if (told !== summary) {
    const held = document.activeElement?.id === 'lead';
    $('summary').innerHTML = told;
    if (held) $('lead')?.focus();
    summary = told;
  }
  document.title = `${seenBelow() ? `${w.drill.mark}: ` : ''}${active.length ? `(${active.length}) ` : ''}Vandvagt${place ? ` – ${place}` : ''}`;
  if (clock) {
    $('clock').textContent = `${machine.atMs === null ? '' : `${w.nowIs} `}${clock.clockMs ? fullTime(clock.clockMs) : '–'}`;
    $('clock').dateTime = clock.clockMs ? new Date(clock.clockMs).toISOString() : '';
    $('run').textContent = `${w.run} ${clock.runId}`;
    $('not-live').hidden = clock.clock !== 'stream' || seenBelow() !== '';
    $('not-live').textContent = w.stream;
    $('not-live').title = w.streamMore;
  }
}

function lead(alert) {
  const w = words();
  const p = stations.get(alert.stationId)?.properties;
  const going = p ? course(p) : null;
  const trend = !going ? '' : going.trend === 'steady' ? w.steady : `${arrow(going.trend)} ${rise(going)}`;
  const trust = !p ? '' : p.stale ? w.silent : p.levelFlag === 'suspect' || p.levelFlag === 'fail' ? w.flag[p.levelFlag] : '';
  return `${symbol({ state: 'active', severity: alert.severity, stale: alert.silent })}<span><b>${escape(alert.stationName)}</b> ${escape(text(alert, 'title') || alert.threshold)}`
    + `${p && figures(p)[0] ? ` · <b>${escape(figures(p)[0].text.replace(/ [↗↘→]\??/, ''))}</b>` : ''}${trend ? ` <b>${trend}</b>` : ''} · ${w.since} ${shortestTime(Date.parse(alert.beganAt), nowMs())}${trust ? ` · <b>${escape(trust)}</b>` : ''}</span>`;
}

function showFreshness(now) {
  const w = words();
  const lost = !now.connecting && !now.connected;
  document.body.classList.toggle('lost', lost || now.notFresh);
  $('freshness').className = `freshness ${now.connecting ? 'connecting' : lost || now.notFresh ? 'gone' : 'live'}`;
  const dataAge = now.receivedAgoMs === null ? w.noData : w.dataAge(age(now.receivedAgoMs));
  $('freshness-text').textContent = now.connecting ? w.connecting : `${lost ? w.lost : w.live} · ${dataAge}`;
  // in steps: it is read out when it changes
  const old = Math.floor(now.copiedAgoMs / BANNER_STEP_MS) * BANNER_STEP_MS;
  const told = lost ? (now.seenAtMs ? w.lostMore(clockTime(now.seenAtMs)) : w.lost) : now.notFresh ? w.notFresh(age(old)) : '';
  if ($('banner').textContent !== told) $('banner').textContent = told;
  $('banner').hidden = told === '';
}

function showStations() {
  map.show(stations, chosen);
  list.show(stations, chosen);
}

function showAll() {
  showStations();
  view.show(stations.get(chosen), nowMs(), machine.atMs !== null);
  showHeader();
}

function choose(id) {
  const anew = id !== chosen;
  chosen = id;
  history.replaceState(null, '', `#${encodeURIComponent(id)}`);
  showStations();
  const station = stations.get(id);
  if (station) {
    map.lookAt(station);
    view.show(station, nowMs(), machine.atMs !== null);
    if (!anew) view.fetch();
  }
  alerts.choose(id);
  if (anew && window.matchMedia('(max-width: 1000px)').matches) $('station').scrollIntoView({ block: 'start' });
}

// ---- what comes ----

let drawing = false;
let drawTookMs = 0;

/** Many stations may change in one second: they are drawn together, and of ten thousand less often. */
function drawSoon() {
  if (drawing || machine.atMs !== null) return;
  drawing = true;
  setTimeout(() => {
    drawing = false;
    if (machine.atMs !== null) return;
    const began = performance.now();
    showAll();
    drawTookMs = performance.now() - began;
  }, Math.max(DRAW_AFTER_MS, 4 * drawTookMs));
}

const worst = () => [...stations.values()].sort(byGravity)[0]?.id ?? null;

const stream = new Live({
  state(state) {
    place = state.placeName;
    clock = clock ?? { clockMs: Date.parse(state.asOf) || 0, runId: state.runId, clock: state.clock };
    live.clear();
    state.stations.forEach(station => live.set(station.id, station));
    document.body.classList.remove('waiting');
    if (!fitted) {
      map.fit(live);
      fitted = true;
      layers.look();
    }
    if (machine.atMs !== null) return;
    if (!stations.has(chosen)) chosen = worst();
    alerts.stationId = chosen;
    alerts.refresh();
    showAll();
    view.fetchSoon();
    requestAnimationFrame(() => performance.mark('stations-shown'));
  },
  station(station) {
    // the stream may be behind what was fetched
    if (live.get(station.id)?.properties.sequence > station.properties.sequence) return;
    live.set(station.id, station);
    if (machine.atMs !== null) return;
    if (station.id === chosen) view.heard(station, clock?.clockMs ?? 0);
    drawSoon();
  },
  alert(alert) {
    // what is shelved is in the list, and not called out
    if (!alert.shelved) $('announcer').textContent = `${alert.stationName}: ${text(alert, 'title') || alert.threshold}, ${words().transition[alert.transition]}`;
    if (machine.atMs === null) alerts.refreshSoon();
  },
  clock(now) {
    const first = !clock?.clockMs && now.clockMs;
    clock = now;
    if (machine.atMs === null) {
      view.nowMs = now.clockMs;
      if (first) showAll();
    }
    showHeader();
  },
  freshness: showFreshness,
});

// ---- the past, and a drill ----

/** @param atMs null for the present */
async function travel(atMs) {
  document.body.classList.toggle('past', atMs !== null);
  if ((alerts.asOfMs === null) !== (atMs === null)) {
    alerts.clear();
    showHeader();
  }
  alerts.asOfMs = atMs;
  if (atMs === null) {
    $('past-away').hidden = true;
    stations = live;
    if (!stations.has(chosen)) chosen = worst();
    layers.showAsOf(null);
    alerts.refresh();
    showAll();
    return;
  }
  const found = await askAll('/collections/stations/items', { asOf: new Date(atMs).toISOString() });
  if (machine.atMs !== atMs) return;
  $('past-away').hidden = found !== null;
  if (!found) return;
  stations = new Map(found.features.map(station => [station.id, station]));
  if (!stations.has(chosen)) chosen = worst();
  layers.showAsOf(atMs);
  alerts.refresh();
  showAll();
}

function seeDrill(seen) {
  if (machine.atMs !== null) machine.leave();
  seeBelow(seen ? '/exercise' : '');
  document.body.classList.toggle('exercise', seen);
  document.body.classList.add('waiting');
  $('past-open').disabled = seen;
  clock = null;
  // nothing of the one is shown as the other
  live.clear();
  alerts.clear();
  alerts.show();
  showAll();
  stream.change();
  layers.look();
}

// ---- hands ----

$('summary').addEventListener('click', event => {
  const button = event.target.closest('[data-station]');
  if (button) choose(button.dataset.station);
});
$('theme').addEventListener('click', turn);
document.querySelectorAll('[data-language]').forEach(button => button.addEventListener('click', () => speak(button.dataset.language)));
onLanguage(() => {
  showTexts();
  layers.show();
  alerts.show();
  machine.show();
  drill.show();
  map.repaint(stations, chosen);
  list.show(stations, chosen);
  view.showFigures();
  view.repaint();
  view.showNote();
  showHeader();
});
onTheme(() => {
  $('theme').setAttribute('aria-pressed', String(isDark()));
  map.repaint(stations, chosen);
  view.repaint();
});
showTexts();
alerts.show();
askJson('/app/settings.json').then(settings => {
  map.ground(settings?.tiles ?? null);
  if (settings?.tiles) {
    $('credit').removeAttribute('data-text');
    $('credit').textContent = settings.tiles.credit;
  }
});
// a peak may move on without a transition
setInterval(() => machine.atMs === null && alerts.refresh(), ALERTS_EVERY_MS);
