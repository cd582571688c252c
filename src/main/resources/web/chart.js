// A station's level and rain on one time axis: thresholds as bands, the expected crossing with its interval, doubtful readings marked.
// Wheel, drag and keys move through time; the rows for it come from the service, as buckets where the span is long.

import { drawExpected, drawFlags, drawRange, drawThresholds, shade, color } from './strokes.js';
import { number, shortTime, day, dayTime, words } from './words.js';

const FAIL = 4;
const MISSING = 9;
const SHORTEST_S = 15 * 60;
const LONGEST_S = 40 * 86400;
const ASK_AFTER_MS = 250;
/** Wheel and keys: so much of the span at a time. */
const PAN = 0.15;
const ZOOM = 1.3;

export class StationChart {
  /** @param onSpan (fromMs, toMs): rows are wanted for it; onReadOut(text): what the crosshair stands on */
  constructor(frame, levelElement, rainElement, { onSpan, onReadOut, onFree }) {
    this.elements = { level: levelElement, rain: rainElement };
    this.plots = {};
    this.onSpan = onSpan;
    this.onReadOut = onReadOut;
    this.onFree = onFree;
    /** Whether someone has moved away from the end, so that it is not followed. */
    this.free = false;
    const redraw = new ResizeObserver(() => this.resize());
    redraw.observe(levelElement);
    redraw.observe(rainElement);
    frame.addEventListener('keydown', event => this.key(event));
    for (const element of [levelElement, rainElement]) {
      element.addEventListener('wheel', event => this.wheel(event), { passive: false });
      element.addEventListener('pointerdown', event => this.grab(event));
      element.addEventListener('dblclick', () => this.reset());
    }
  }

  /**
   * @param answer of the series endpoint, or null to empty it
   * @param expected of the level's next threshold: levelM, earliestMs, centralMs, latestMs or null; or null
   * @param nowMs what is shown ends there
   */
  show(answer, fromMs, toMs, nowMs, expected) {
    this.answer = answer;
    this.nowMs = nowMs;
    this.expected = expected;
    if (!this.free) this.span = [fromMs / 1000, toMs / 1000];
    this.draw('level', answer?.series.find(s => s.parameter === 'level'));
    this.draw('rain', answer?.series.find(s => s.parameter === 'rain'));
  }

  /** Moves the end on; a level the stream brought is appended until the series is asked for again. */
  append(atMs, levelM, fromMs, toMs, nowMs, expected) {
    const series = this.answer?.series.find(s => s.parameter === 'level');
    if (!series || series.stepMs > 0) return;
    const { atMs: times, value, flag } = series.columns;
    if (levelM !== null && atMs > (times.at(-1) ?? 0)) {
      times.push(atMs);
      value.push(levelM);
      flag.push(2);
      series.columns.test?.push('none');
    }
    this.show(this.answer, fromMs, toMs, nowMs, expected);
  }

  draw(kind, series) {
    const element = this.elements[kind];
    element.hidden = !series;
    if (!series) {
      this.plots[kind]?.destroy();
      delete this.plots[kind];
      return;
    }
    const data = withGaps(series.columns, series.stepMs, kind);
    const told = {
      flags: data.flags, failed: data.failed, late: data.late, range: data.range,
      thresholds: this.answer.thresholds.filter(t => t.sensorId === series.sensorId && t.kind === 'level' && t.direction === 'rising' && t.datum === series.datum),
      expected: kind === 'level' ? this.expected : null, nowS: this.nowMs / 1000,
    };
    const plot = this.plots[kind];
    if (plot && plot.sensorId === series.sensorId) {
      Object.assign(plot, told);
      plot.setData([data.times, data.values], false);
      this.rescale();
      return;
    }
    plot?.destroy();
    this.plots[kind] = this.make(kind, series, data, told);
  }

  make(kind, series, data, told) {
    const element = this.elements[kind];
    const rain = kind === 'rain';
    const axis = { stroke: () => color('--quiet'), grid: { stroke: () => color('--grid'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    const plot = new window.uPlot({
      width: Math.max(200, element.clientWidth), height: Math.max(60, element.clientHeight),
      padding: [8, 24, 0, 0],
      cursor: { sync: { key: 'station' }, drag: { x: false, y: false, setScale: false }, y: false, points: rain ? { show: false } : {}, bind: { dblclick: () => null } },
      legend: { show: false },
      scales: {
        x: { time: true, range: () => this.span },
        y: { range: (u, low, high) => (rain ? [0, Math.max(2, (high ?? 0) * 1.15)] : levelRange(low, high, u.told ?? told)) },
      },
      series: [{}, rain
        ? { stroke: () => color('--rain'), fill: () => color('--rain'), width: 0, points: { show: false }, paths: window.uPlot.paths.bars({ size: [0.9, 40, 1], align: -1 }) }
        : { stroke: () => color('--water'), fill: u => shade(u), width: 2.5, points: { show: false }, spanGaps: false }],
      axes: [
        { ...axis, size: () => (this.isLowest(kind) ? 42 : 8), space: 70, values: (u, ticks) => !this.isLowest(kind) ? ticks.map(() => '') : ticks.map((t, i) => tick(t * 1000, i === 0 ? null : ticks[i - 1] * 1000, this.span)) },
        { ...axis, size: 58, space: rain ? 24 : 26, values: (u, ticks) => ticks.map(t => number(t, digits(ticks, rain ? 0 : 1))),
          label: rain ? 'mm' : `m ${series.datum}`, labelSize: 18, labelFont: '12px system-ui, sans-serif', labelGap: 0 },
      ],
      hooks: {
        drawClear: [u => drawThresholds(u, true)],
        draw: [u => drawRange(u), u => drawThresholds(u, false), u => drawExpected(u), u => drawFlags(u)],
        setCursor: [() => this.readOut()],
      },
    }, [data.times, data.values], element);
    plot.sensorId = series.sensorId;
    Object.assign(plot, told);
    plot.told = plot;
    plot.redraw(true, true);
    return plot;
  }

  /** Only the lower of the two has the times written under it. */
  isLowest(kind) {
    return kind === 'rain' || !this.answer.series.some(s => s.parameter === 'rain');
  }

  readOut() {
    const told = [];
    let at = null;
    for (const kind of ['level', 'rain']) {
      const u = this.plots[kind];
      const i = u?.cursor.idx;
      if (i === null || i === undefined || u.cursor.left < 0) continue;
      const value = u.data[1][i];
      at ??= u.data[0][i];
      const series = this.answer.series.find(s => s.parameter === kind);
      const flag = u.flags[i];
      if (value !== null && value !== undefined) told.push(`${number(value, kind === 'rain' ? 1 : 2)} ${series.unit}${flag === 3 ? ` (${words().flag.suspect})` : ''}`);
      else if (flag === FAIL) told.push(words().flag.fail);
    }
    this.onReadOut(at === null ? '' : `${dayTime(at * 1000)}  ${told.join(' · ')}`);
  }

  // ---- moving through time ----

  rescale() {
    Object.values(this.plots).forEach(plot => plot.batch(() => plot.setScale('x', { min: this.span[0], max: this.span[1] })));
  }

  moveTo(fromS, toS) {
    const width = Math.min(LONGEST_S, Math.max(SHORTEST_S, toS - fromS));
    const latest = this.nowMs / 1000 + width / 2;
    const end = Math.min(latest, (fromS + toS) / 2 + width / 2);
    this.span = [end - width, end];
    this.free = true;
    this.onFree(true);
    this.rescale();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onSpan(this.span[0] * 1000, this.span[1] * 1000), ASK_AFTER_MS);
  }

  zoom(factor, aboutS = (this.span[0] + this.span[1]) / 2) {
    this.moveTo(aboutS - (aboutS - this.span[0]) * factor, aboutS + (this.span[1] - aboutS) * factor);
  }

  pan(share) {
    const by = (this.span[1] - this.span[0]) * share;
    this.moveTo(this.span[0] + by, this.span[1] + by);
  }

  reset() {
    if (!this.free) return;
    this.free = false;
    this.onFree(false);
    this.onSpan(null, null);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.span) return;
    const act = {
      ArrowLeft: () => (event.shiftKey ? this.step(-1) : this.pan(-PAN)), ArrowRight: () => (event.shiftKey ? this.step(1) : this.pan(PAN)),
      '+': () => this.zoom(1 / ZOOM), '=': () => this.zoom(1 / ZOOM), '-': () => this.zoom(ZOOM), 0: () => this.reset(), Escape: () => this.reset(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** The crosshair, reading by reading. */
  step(by) {
    const u = this.plots.level ?? this.plots.rain;
    if (!u) return;
    const times = u.data[0];
    const last = times.findLastIndex(t => t <= this.span[1]);
    const i = Math.min(last, Math.max(0, (u.cursor.idx ?? last + 1) + by));
    u.setCursor({ left: u.valToPos(times[i], 'x'), top: 10 }, true, true);
  }

  wheel(event) {
    // where the wheel scrolls the page it does so here too, and zooms with the control key
    const scrolls = document.documentElement.scrollHeight > window.innerHeight;
    if (!this.span || scrolls !== event.ctrlKey) return;
    event.preventDefault();
    const u = this.plots.level ?? this.plots.rain;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan(Math.sign(event.deltaX) * PAN / 3);
      return;
    }
    const left = event.clientX - u.over.getBoundingClientRect().left;
    this.zoom(event.deltaY > 0 ? ZOOM : 1 / ZOOM, u.posToVal(left, 'x'));
  }

  grab(event) {
    const u = this.plots.level ?? this.plots.rain;
    if (event.button !== 0 || !u || !this.span) return;
    const from = [...this.span];
    const perPixel = (from[1] - from[0]) / u.over.clientWidth;
    const target = event.currentTarget;
    const drag = moved => {
      const by = (event.clientX - moved.clientX) * perPixel;
      if (Math.abs(event.clientX - moved.clientX) > 3 || this.grabbed) {
        this.grabbed = true;
        this.moveTo(from[0] + by, from[1] + by);
      }
    };
    const drop = () => {
      this.grabbed = false;
      window.removeEventListener('pointermove', drag);
      target.classList.remove('held');
    };
    target.classList.add('held');
    window.addEventListener('pointermove', drag);
    window.addEventListener('pointerup', drop, { once: true });
    window.addEventListener('pointercancel', drop, { once: true });
  }

  resize() {
    for (const [kind, plot] of Object.entries(this.plots)) {
      const { clientWidth: width, clientHeight: height } = this.elements[kind];
      if (width > 0 && height > 0 && (plot.width !== width || plot.height !== height)) plot.setSize({ width, height });
    }
  }

  /** Colours follow the theme, texts the language. */
  repaint() {
    Object.keys(this.plots).forEach(kind => {
      this.plots[kind].destroy();
      delete this.plots[kind];
    });
    if (this.answer) this.show(this.answer, this.span[0] * 1000, this.span[1] * 1000, this.nowMs, this.expected);
  }
}

/** Readings further apart than three usual steps are not joined by a line: nobody knows what was between them. */
function withGaps({ atMs, value, flag, test, min, max }, stepMs, kind) {
  const found = { times: [], values: [], flags: [], failed: [], late: [], range: min && stepMs > 0 && kind === 'level' ? { low: [], high: [] } : null };
  const usual = stepMs || median(atMs.slice(1).map((t, i) => t - atMs[i]));
  const add = (t, v, f, low, high) => {
    found.times.push(t / 1000);
    found.values.push(v);
    found.flags.push(f);
    found.range?.low.push(low);
    found.range?.high.push(high);
  };
  atMs.forEach((t, i) => {
    if (kind === 'level' && i > 0 && usual > 0 && t - atMs[i - 1] > 3 * usual) add(atMs[i - 1] + usual, null, MISSING, null, null);
    if (flag[i] === FAIL) found.failed.push([t / 1000, value[i]]);
    if (test?.[i] === 'late') found.late.push([t / 1000, value[i]]);
    add(t, flag[i] === FAIL ? null : value[i], flag[i], min?.[i], max?.[i]);
  });
  return found;
}

function median(numbers) {
  return numbers.length === 0 ? 0 : numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** Shows the data and the first threshold above it, so that one sees how far there is to go. */
function levelRange(low, high, { thresholds, expected }) {
  const lowest = low ?? 0;
  const highest = Math.max(high ?? 1, expected?.levelM ?? -Infinity);
  const above = thresholds.map(t => t.raiseAt).filter(at => at > highest).sort((a, b) => a - b)[0] ?? highest;
  const top = Math.max(highest, above);
  const bottom = Math.min(lowest, 0);
  const room = Math.max(0.1, (top - bottom) * 0.12);
  return [bottom - (lowest < 0 ? room : 0), top + room];
}

/** As many as tell the ticks apart: steps of 0.25 need two. */
function digits(ticks, least) {
  const step = ticks.length > 1 ? ticks[1] - ticks[0] : 1;
  for (let n = least; n < 3; n++) {
    if (Math.abs(step * 10 ** n - Math.round(step * 10 ** n)) < 1e-6) return n;
  }
  return 3;
}

function tick(ms, beforeMs, [from, to]) {
  const newDay = beforeMs === null || new Date(ms).getDate() !== new Date(beforeMs).getDate();
  if (to - from > 3 * 86400) return newDay ? day(ms) : '';
  return newDay ? `${shortTime(ms)}\n${day(ms)}` : shortTime(ms);
}

export const hasUnverified = answer => (answer?.thresholds ?? []).some(t => t.kind === 'level' && !t.verified);
