// One station: how it stands in figures, and its curves.

import { askJson, parameters, seenBelow } from './ask.js';
import { StationChart, hasUnverified } from './chart.js';
import { arrow, course, escape, symbol } from './symbols.js';
import { age, dayTime, languageInUse, number, shortTime, text, words } from './words.js';

const HOUR_MS = 3600000;
const SPANS = [6, 24, 72, 168, 720];
const REFETCH_MS = 1500;
const FLAGS = { 1: 'pass', 2: 'not_evaluated', 3: 'suspect', 4: 'fail', 9: 'missing' };

export class StationView {
  constructor(byId) {
    this.at = byId;
    this.spanHours = 24;
    this.asked = 0;
    this.fetchedAt = -Infinity;
    this.answer = null;
    this.away = false;
    this.chart = new StationChart(byId('charts'), byId('level-chart'), byId('rain-chart'), {
      onSpan: (fromMs, toMs) => this.fetch(fromMs, toMs),
      onReadOut: told => { byId('read-out').textContent = told; },
      onFree: free => { byId('reset').disabled = !free; },
    });
    byId('spans').addEventListener('click', event => this.chooseSpan(event.target.closest('[data-span]')));
    byId('zoom-in').addEventListener('click', () => this.chart.zoom(1 / 1.6));
    byId('zoom-out').addEventListener('click', () => this.chart.zoom(1.6));
    byId('reset').addEventListener('click', () => this.chart.reset());
    byId('csv').addEventListener('click', () => this.download());
  }

  showTexts() {
    this.at('spans').innerHTML = SPANS.map(hours =>
      `<button type="button" data-span="${hours}" aria-pressed="${hours === this.spanHours}">${words().spans[hours]}</button>`).join('');
  }

  /**
   * @param nowMs the service's clock, or the instant that is past
   * @param past whether it is
   */
  show(station, nowMs, past) {
    // the same station in a drill is another one
    const anew = this.station?.id !== station?.id || this.seenBelow !== seenBelow();
    const moved = anew || past || this.past;
    Object.assign(this, { station, nowMs, past, seenBelow: seenBelow() });
    if (anew) {
      this.answer = null;
      this.chart.free = false;
      this.at('reset').disabled = true;
      this.at('csv').disabled = true;
      this.chart.show(null, 0, 0, nowMs, null);
    }
    this.showFigures();
    if (moved) this.fetch();
  }

  /** Until when the time axis goes: where a crossing is expected, that lies on it. */
  endMs() {
    const expected = this.expected();
    if (!expected) return this.nowMs;
    const until = (expected.latestMs ?? expected.centralMs ?? expected.earliestMs) + 0.25 * HOUR_MS;
    return Math.min(this.nowMs + Math.min(6, this.spanHours / 3) * HOUR_MS, Math.max(this.nowMs, until));
  }

  expected() {
    const p = this.station?.properties;
    if (!p || p.levelStale || !p.expectedEarliest || p.nextLevelM === null) return null;
    const ms = word => (word ? Date.parse(word) : null);
    return { levelM: p.nextLevelM, earliestMs: ms(p.expectedEarliest), centralMs: ms(p.expectedCentral), latestMs: ms(p.expectedLatest) };
  }

  /** What the live stream brought of the station that is shown. */
  heard(station, nowMs) {
    this.station = station;
    this.nowMs = nowMs;
    const p = station.properties;
    const at = Date.parse(p.levelObservedAt);
    if (this.answer && at && !seenBelow()) {
      const end = this.endMs();
      this.chart.append(at, p.levelFlag === 'fail' ? null : p.levelM, end - this.spanHours * HOUR_MS, end, nowMs, this.expected());
    }
    this.fetchSoon();
  }

  fetchSoon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.fetch();
    }, Math.max(0, REFETCH_MS - (performance.now() - this.fetchedAt)));
  }

  chooseSpan(button) {
    if (!button) return;
    this.spanHours = Number(button.dataset.span);
    this.at('spans').querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', String(b === button)));
    this.chart.free = false;
    this.at('reset').disabled = true;
    this.fetch();
  }

  async fetch(freeFromMs = null, freeToMs = null) {
    this.fetchedAt = performance.now();
    const mine = ++this.asked;
    if (!this.station || !this.nowMs) return;
    if (seenBelow()) {
      // of a drill nothing is stored
      this.away = false;
      this.showNote();
      return;
    }
    const nowMs = this.nowMs;
    const end = this.endMs();
    const free = this.chart.free && this.chart.span;
    const fromMs = freeFromMs ?? (free ? this.chart.span[0] * 1000 : end - this.spanHours * HOUR_MS);
    const toMs = Math.min(nowMs + 1, freeToMs ?? (free ? this.chart.span[1] * 1000 : nowMs + 1));
    const step = !this.past && toMs - fromMs > 8 * 24 * HOUR_MS ? '1h' : null;
    const got = fromMs >= toMs ? null : await askJson(`/stations/${encodeURIComponent(this.station.id)}/series?`
      + parameters({ from: Math.floor(fromMs), to: Math.ceil(toMs), step, asOf: this.past ? Math.floor(nowMs) : null }));
    if (mine !== this.asked) return;
    this.away = got === null;
    if (got) {
      this.answer = got;
      this.chart.show(got, end - this.spanHours * HOUR_MS, end, nowMs, this.expected());
      this.showFigures();
    }
    this.showNote();
  }

  showFigures() {
    const station = this.station;
    if (!station) {
      ['station-name', 'station-state', 'figures'].forEach(id => this.at(id).replaceChildren());
      return;
    }
    const w = words();
    const p = station.properties;
    this.at('station-name').textContent = p.name;
    const more = p.state === 'active' && p.stale ? w.activeStale : p.state === 'stale' ? w.staleMore : p.state === 'out_of_service' ? w.outMore : p.state === 'unknown' ? w.unknownMore : '';
    const state = p.state === 'active' ? `${w.state.active}, ${w.severity[p.severity]}` : w.state[p.state];
    this.at('station-state').innerHTML = `${symbol(p)}<strong>${state}</strong><span class="quiet">${[this.heardWords(p), more].filter(Boolean).join(' · ')}</span>${p.levelFlag ? quality(p) : ''}`;
    const list = [];
    if (p.levelM !== undefined) {
      list.push([w.level, `<b>${number(p.levelM, 2)}</b> m ${escape(p.levelDatum)}`, p.levelStale ? 'old' : '']);
      const going = course(p);
      list.push([`${w.trend} ${w.over} ${going?.window === '3h' ? w.hours(3) : w.minutes(30)}`, trend(going)]);
      list.push([w.next, this.toNext(p)]);
      if (this.expected()) list.push([w.expected, `${shortTime(Date.parse(p.expectedEarliest))}–${p.expectedLatest ? shortTime(Date.parse(p.expectedLatest)) : w.mayNot}<small>${w.expectedMore}</small>`]);
      if (p.residualM !== null) list.push([w.residual, `${p.residualM > 0 ? '+' : ''}${number(p.residualM, 2)} m${p.tideNearlyTideless ? `<small>${w.tideless}</small>` : ''}`, p.levelStale ? 'old' : '']);
      if (p.levelReturnPeriodYears) list.push([w.returnPeriod, years(p.levelReturnPeriodYears), p.levelStale ? 'old' : '']);
    }
    if (p.rainSensorId) {
      list.push([`${w.rain} 30 min / ${w.spans[24]}`, `<b>${number(p.rainMm30min, 1)}</b> / <b>${number(p.rainMm24h, 1)}</b> mm`, p.rainStale ? 'old' : '']);
      if (p.rainReturnPeriodWindow) list.push([`${w.returnPeriod}, ${w.rain.toLowerCase()} ${escape(p.rainReturnPeriodWindow)}`, years(p.rainReturnPeriodYears), p.rainStale ? 'old' : '']);
    }
    this.at('figures').innerHTML = list.map(([name, value, kind]) => `<div class="${kind ?? ''}"><dt>${name}</dt><dd>${value}</dd></div>`).join('');
  }

  heardWords(p) {
    const observed = Date.parse(p.observedAt);
    if (Number.isNaN(observed)) return '';
    const ago = this.nowMs ? this.nowMs - observed : 0;
    return `${words().observed} ${dayTime(observed)}${ago >= 60000 ? ` (${words().ago(age(ago))})` : ''}`;
  }

  toNext(p) {
    const levels = (this.answer?.thresholds ?? []).filter(t => t.kind === 'level' && t.direction === 'rising');
    const next = levels.filter(t => t.raiseAt > p.levelM).sort((a, b) => a.raiseAt - b.raiseAt)[0];
    if (p.levelM === null || p.levelStale || levels.length === 0) return '–';
    return next ? `<b>${number(next.raiseAt - p.levelM, 2)}</b> m<small>${escape(text(next, 'title') || next.name)}</small>` : words().aboveAll;
  }

  showNote() {
    const w = words();
    const rows = this.answer?.series ?? [];
    const empty = this.answer && rows.every(s => s.columns.atMs.length === 0);
    const flagged = flag => rows.some(s => s.parameter === 'level' && s.columns.flag.includes(flag));
    this.at('chart-note').textContent = [
      seenBelow() ? w.noSeriesInExercise : '',
      this.away ? w.seriesAway : '',
      empty && !this.away ? w.noSeries : '',
      rows.some(s => s.truncated) ? w.truncated : '',
      rows.some(s => s.stepMs > 0) ? w.buckets : '',
      hasUnverified(this.answer) ? w.unverified : '',
      flagged(3) ? w.ringed : '',
      flagged(4) ? w.crossed : '',
      rows.some(s => s.parameter === 'level' && s.columns.test?.includes('late')) ? w.boxed : '',
      this.expected() ? w.expectedDrawn : '',
    ].filter(Boolean).join(' · ');
    this.at('csv').disabled = !this.answer || empty;
  }

  /** What is shown, as a table for a spreadsheet: times in UTC, figures with a point. */
  download() {
    const rows = ['station,sensor,parameter,unit,datum,at,value,flag,test'];
    for (const series of this.answer.series) {
      series.columns.atMs.forEach((at, i) => rows.push([this.answer.stationId, series.sensorId, series.parameter, series.unit, series.datum ?? '',
        new Date(at).toISOString(), series.columns.value[i] ?? '', FLAGS[series.columns.flag[i]] ?? '', series.columns.test?.[i] ?? ''].join()));
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([`${rows.join('\r\n')}\r\n`], { type: 'text/csv' }));
    link.download = `${this.answer.stationId}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  repaint() {
    this.chart.repaint();
  }
}

function trend(going) {
  const w = words();
  if (!going) return w.unknownTrend;
  if (going.trend === 'steady') return `<b>${arrow('steady')} ${w.steady}</b><small>${rise(going)}</small>`;
  return `<b>${arrow(going.trend)} ${rise(going)}</b>${going.trend.startsWith('perhaps') ? `<small>${w.notSure}</small>` : ''}`;
}

/** In words, of a {@link course}. */
export const rise = going => `${going.riseMPerHour > 0 ? '+' : ''}${number(going.riseMPerHour * 100, 0)} cm/${languageInUse() === 'da' ? 't' : 'h'}`;

const years = period => `${escape(period).replace('about', words().about)} ${words().years}`;

function quality(p) {
  const name = words().flag[p.levelFlag] ?? p.levelFlag;
  return `<span class="quiet">${words().quality}: <span class="flag ${escape(p.levelFlag)}">${escape(name)}</span>`
    + (p.levelFlag !== 'pass' && p.levelTest && p.levelTest !== 'none' ? ` (${escape(p.levelTest.replaceAll('_', ' '))})` : '') + '</span>';
}
