// Areas to lay under the stations: zones, flood extent at a level, rain between the gauges, risk grid. Offered is what has content.

import { askJson, ofWhatIsSeen, parameters } from './ask.js';
import { escape } from './symbols.js';
import { languageInUse, number, text, words } from './words.js';

const OFFERED = ['flood-extent', 'rainfall', 'zones', 'risk-grid'];
const WINDOWS = ['1h', '6h', '24h'];
const LOOK_EVERY_MS = 60000;
const AGAIN_EVERY_MS = 15000;
const MOST = 2000;

/** As in the styles that the service gives planners for their GIS. */
const RAIN = [[60, '#4d004b'], [30, '#810f7c'], [15, '#8856a7'], [10, '#8c96c6'], [5, '#b3cde3'], [1, '#deebf7'], [0, '#f7fbff']];
const RISK = [[0.5, '#b30000'], [0.3, '#e34a33'], [0.15, '#fc8d59'], [0.05, '#fdcc8a'], [0, '#fef0d9']];
const DEPTH = { '0-0.2': '#c6dbef', '0.2-0.5': '#6baed6', '0.5-1': '#2171b5', '1-': '#08306b', shielded: '#b9b3d6' };
const SEVERITY = ['#2f7fa8', '#ffd633', '#ff8c1a', '#d3212d'];
const stepped = (table, value) => table.find(([from]) => value >= from)?.[1] ?? table.at(-1)[1];

const STYLES = {
  rainfall: p => ({ color: '#4a6fb5', weight: 1, fillColor: stepped(RAIN, p.fromMm ?? p.rainMm ?? 0), fillOpacity: 0.65 }),
  zones: p => ({ color: '#5b3fa0', weight: 2, dashArray: p.risk_index === null ? '5 4' : null, fillColor: p.risk_index === null ? '#7a878e' : stepped(RISK, p.risk_index ?? 0), fillOpacity: 0.45 }),
  'flood-extent': p => ({ color: '#08519c', weight: 0.7, dashArray: p.depthClass === 'shielded' ? '3 3' : null, fillColor: DEPTH[p.depthClass] ?? '#2171b5', fillOpacity: p.depthClass === 'shielded' ? 0.35 : 0.7 }),
  'risk-grid': p => (p.severity === null || p.severity === undefined
    ? { color: '#7a878e', weight: 0.7, dashArray: '3 3', fillOpacity: 0 }
    : { color: '#14242e', weight: 0.7, fillColor: SEVERITY[p.severity] ?? SEVERITY[0], fillOpacity: p.stale ? 0.2 : 0.4 }),
};

const TOLD = {
  rainfall: p => (p.kind === 'gauge' ? `${number(p.rainMm, 1)} mm` : `${number(p.fromMm, 0)}${p.belowMm === null ? '+' : `–${number(p.belowMm, 0)}`} mm`),
  zones: p => `${p.name ?? ''}${p.risk_index === null || p.risk_index === undefined ? '' : ` · ${number(p.risk_index, 2)}`}`,
  'flood-extent': p => `${text(p, 'stretchName')} ${number(p.levelM, 2)} m ${p.datum}: ${text(p, 'depth')}${p.withDefences ? '' : ` (${words().layers.noDefences})`}`,
  'risk-grid': p => `${p.severity === null || p.severity === undefined ? words().layers.unwatched : words().severity[p.severity] ?? ''}${p.stale ? ` · ${words().silent}` : ''}`,
};

/** @param below nothing where it has no end */
const range = (from, below, unit, digits) => (below ? `${number(from, digits)}–${number(below, digits)} ${unit}` : `${words().layers.over} ${number(from, digits)} ${unit}`).trim();
/** A table of steps from the lowest: where each begins, and its range. */
const steps = (table, unit, digits) => table.map(([from], i) => [from, range(from, table[i - 1]?.[0], unit, digits)]).reverse();
const depth = depthClass => (depthClass === 'shielded' ? words().layers.shielded : range(...depthClass.split('-').map(Number), 'm', 1));

/** What each colour says: pairs of a feature's properties and words. */
const KEYS = {
  rainfall: () => steps(RAIN, 'mm', 0).map(([fromMm, told]) => [{ fromMm }, told]),
  zones: () => [...steps(RISK, '', 2), [null, words().layers.noIndex]].map(([from, told]) => [{ risk_index: from }, told]),
  'flood-extent': () => Object.keys(DEPTH).map(depthClass => [{ depthClass }, depth(depthClass)]),
  'risk-grid': () => [...SEVERITY.map((_, severity) => [{ severity }, words().severity[severity]]),
    [{ severity: 2, stale: true }, words().layers.silent], [{ severity: null }, words().layers.unwatched]],
};

const swatch = s => `<svg viewBox="0 0 22 14" aria-hidden="true"><rect x="1" y="1" width="20" height="12" fill="${s.fillColor ?? 'none'}" fill-opacity="${s.fillOpacity}"`
  + ` stroke="${s.color}" stroke-width="${s.weight}" stroke-dasharray="${s.dashArray ?? 'none'}"/></svg>`;

const key = id => `<ul class="key">${KEYS[id]().map(([p, told]) => `<li>${swatch(STYLES[id](p))} ${escape(told)}</li>`).join('')}</ul>`;

export class Layers {
  constructor(stationMap, element) {
    this.map = stationMap.map;
    this.element = element;
    this.collections = new Map();
    this.shown = new Map();
    this.window = '24h';
    this.levelM = null;
    this.asOfMs = null;
    const pane = this.map.createPane('areas');
    pane.style.zIndex = 250;
    element.addEventListener('change', event => this.changed(event.target));
    element.addEventListener('input', event => {
      if (event.target.name === 'levelM') this.chooseLevel(Number(event.target.value));
    });
    setInterval(() => this.look(), LOOK_EVERY_MS);
    setInterval(() => this.again(), AGAIN_EVERY_MS);
  }

  /** Which of them are there and hold something. */
  async look() {
    const all = await askJson(ofWhatIsSeen('/collections'));
    if (!all) return;
    const found = new Map();
    for (const collection of all.collections.filter(each => OFFERED.includes(each.id))) {
      const any = collection.id === 'flood-extent' ? { numberMatched: 1 } : await askJson(ofWhatIsSeen(`/collections/${collection.id}/items?limit=1`));
      if (any?.numberMatched > 0) found.set(collection.id, collection);
    }
    const before = [...this.collections.keys()].join();
    this.collections = found;
    [...this.shown.keys()].filter(id => !found.has(id)).forEach(id => this.hide(id));
    if (before !== [...found.keys()].join()) this.show();
  }

  show() {
    const w = words();
    this.element.hidden = this.collections.size === 0;
    const open = this.element.open;
    const held = this.element.contains(document.activeElement) ? document.activeElement.name : null;
    this.element.innerHTML = `<summary>${w.layers.title}</summary><div class="layer-list" tabindex="-1">`
      + OFFERED.filter(id => this.collections.has(id)).map(id => {
        const on = this.shown.has(id);
        const collection = this.collections.get(id);
        const title = (languageInUse() === 'da' ? collection.titleDa : collection.title) ?? collection.title;
        return `<div class="layer"><label><input type="checkbox" name="${id}" ${on ? 'checked' : ''}> ${escape(title)}</label>`
          + (this.short(this.shown.get(id)) ? `<p class="short" role="status">${escape(this.short(this.shown.get(id)))}</p>` : '')
          + (on ? this.choices(id) + key(id) + `<p class="limits" tabindex="0">${escape(languageInUse() === 'da' ? collection.descriptionDa : collection.description)}</p>` : '')
          + '</div>';
      }).join('') + '</div>';
    this.element.open = open;
    if (held) this.element.querySelector(`[name="${held}"]`)?.focus();
  }

  choices(id) {
    const w = words();
    if (id === 'rainfall') {
      return `<label class="choice">${w.layers.window} <select name="window">`
        + WINDOWS.map(each => `<option ${each === this.window ? 'selected' : ''}>${each}</option>`).join('') + '</select></label>';
    }
    if (id === 'flood-extent') {
      return `<label class="choice">${w.layers.level} <output>${this.levelWords()}</output>`
        + `<input type="range" name="levelM" min="0" max="3" step="0.05" value="${this.levelM ?? 1}" aria-valuetext="${this.levelWords()}"></label>`
        + (this.levelM === null ? '' : `<label class="choice"><input type="checkbox" name="levelNow"> ${w.layers.now}</label>`);
    }
    return '';
  }

  levelWords() {
    return this.levelM === null ? words().layers.now : `${number(this.levelM, 2)} m`;
  }

  changed(input) {
    if (input.name === 'window') {
      this.window = input.value;
      this.fetch('rainfall');
    } else if (input.name === 'levelNow') {
      this.levelM = null;
      this.fetch('flood-extent').then(() => this.show());
    } else if (this.collections.has(input.name)) {
      if (input.checked) this.fetch(input.name).then(() => this.show());
      else {
        this.hide(input.name);
        this.show();
      }
    }
  }

  chooseLevel(levelM) {
    this.levelM = levelM;
    const range = this.element.querySelector('[name="levelM"]');
    this.element.querySelector('.choice output').textContent = this.levelWords();
    range.setAttribute('aria-valuetext', this.levelWords());
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fetch('flood-extent').then(() => this.show()), 250);
  }

  async fetch(id) {
    const mine = {};
    this.shown.set(id, { ...this.shown.get(id), mine });
    const level = id === 'flood-extent' ? this.levelM : null;
    const asOf = level === null && this.asOfMs !== null ? new Date(this.asOfMs).toISOString() : null;
    const found = await askJson(ofWhatIsSeen(`/collections/${id}/items?${parameters({ limit: MOST, level, asOf, sortby: id === 'risk-grid' ? '-severity,-hazard' : null, window: id === 'rainfall' ? this.window : null })}`));
    const before = this.shown.get(id);
    if (!before || before.mine !== mine) return;
    before.drawn?.remove();
    if (!found) {
      // a former one would be taken for what is so now
      this.told(id, { mine, drawn: null, away: true });
      return;
    }
    const drawn = window.L.geoJSON(found, {
      pane: 'areas',
      style: feature => STYLES[id](feature.properties),
      pointToLayer: (feature, at) => window.L.circleMarker(at, { pane: 'areas', radius: 12, ...STYLES[id](feature.properties) }),
      onEachFeature: (feature, shape) => shape.bindTooltip(() => escape(TOLD[id](feature.properties)), { sticky: true }),
    }).addTo(this.map);
    this.told(id, { mine, drawn, of: found.numberMatched > found.numberReturned ? found : null });
  }

  /** Keeps what is shown of a collection; whether it is all of it is said beside its name. */
  told(id, state) {
    const before = this.shown.get(id);
    this.shown.set(id, state);
    if (this.short(before) !== this.short(state)) this.show();
  }

  short(state) {
    const w = words().layers;
    return state?.away ? w.away : state?.of ? w.notAll(state.of.numberReturned, state.of.numberMatched) : '';
  }

  hide(id) {
    this.shown.get(id)?.drawn?.remove();
    this.shown.delete(id);
  }

  again() {
    [...this.shown.keys()].forEach(id => this.fetch(id));
  }

  /** @param asOfMs null for the present */
  showAsOf(asOfMs) {
    if (this.asOfMs === asOfMs) return;
    this.asOfMs = asOfMs;
    this.again();
  }
}
