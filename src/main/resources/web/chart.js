// A station's level and rain on one time axis, with its thresholds as lines.

import { number, shortTime, day, dayTime, text, words } from './words.js';

const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const SUSPECT = 3;
const FAIL = 4;
const MISSING = 9;

export class StationChart {
  constructor(levelElement, rainElement) {
    this.elements = { level: levelElement, rain: rainElement };
    this.plots = {};
    this.sync = window.uPlot.sync('station');
    const redraw = new ResizeObserver(() => this.resize());
    redraw.observe(levelElement);
    redraw.observe(rainElement);
  }

  /** @param answer of the series endpoint, or null to empty it */
  show(answer, fromMs, toMs) {
    this.answer = answer;
    this.span = [fromMs / 1000, toMs / 1000];
    this.draw('level', answer?.series.find(s => s.parameter === 'level'));
    this.draw('rain', answer?.series.find(s => s.parameter === 'rain'));
  }

  /** Moves the end on; a level the stream brought is appended until the series is asked for again. */
  append(atMs, levelM, toMs) {
    const series = this.answer?.series.find(s => s.parameter === 'level');
    if (!series) return;
    const { atMs: times, value, flag } = series.columns;
    if (levelM !== null && atMs > (times.at(-1) ?? 0)) {
      times.push(atMs);
      value.push(levelM);
      flag.push(2);
    }
    const width = this.span[1] - this.span[0];
    this.show(this.answer, toMs - width * 1000, toMs);
  }

  draw(kind, series) {
    const element = this.elements[kind];
    element.hidden = !series;
    if (!series) {
      this.plots[kind]?.destroy();
      delete this.plots[kind];
      return;
    }
    const data = withGaps(series.columns, this.answer.stepMs, kind);
    const thresholds = this.answer.thresholds.filter(t => t.sensorId === series.sensorId && t.kind === 'level' && t.datum === series.datum);
    const plot = this.plots[kind];
    if (plot && plot.sensorId === series.sensorId) {
      plot.thresholds = thresholds;
      plot.flags = data.flags;
      plot.setData([data.times, data.values], false);
      plot.batch(() => {
        plot.setScale('x', { min: this.span[0], max: this.span[1] });
      });
      return;
    }
    plot?.destroy();
    this.plots[kind] = this.make(kind, series, data, thresholds);
  }

  make(kind, series, data, thresholds) {
    const element = this.elements[kind];
    const rain = kind === 'rain';
    const axis = { stroke: () => color('--quiet'), grid: { stroke: () => color('--grid'), width: 1 }, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    const plot = new window.uPlot({
      width: Math.max(200, element.clientWidth), height: Math.max(60, element.clientHeight),
      padding: [8, 12, 0, 0],
      cursor: { sync: { key: 'station' }, drag: { x: false, y: false }, y: false, points: rain ? { show: false } : {} },
      legend: { show: false },
      scales: {
        x: { time: true, range: () => this.span },
        y: { range: (u, low, high) => (rain ? [0, Math.max(2, (high ?? 0) * 1.15)] : levelRange(low, high, u.thresholds ?? thresholds)) },
      },
      series: [{}, rain
        ? { stroke: () => color('--rain'), fill: () => color('--rain'), width: 0, points: { show: false }, paths: window.uPlot.paths.bars({ size: [0.9, 40, 1], align: -1 }) }
        : { stroke: () => color('--water'), fill: u => shade(u), width: 2.5, points: { show: false }, spanGaps: false }],
      axes: [
        { ...axis, size: () => (this.isLowest(kind) ? 42 : 8), space: 70, values: (u, ticks) => !this.isLowest(kind) ? ticks.map(() => '') : ticks.map((t, i) => tick(t * 1000, i === 0 ? null : ticks[i - 1] * 1000, this.span)) },
        { ...axis, size: 58, space: rain ? 24 : 26, values: (u, ticks) => ticks.map(t => number(t, digits(ticks, rain ? 0 : 1))),
          label: rain ? 'mm' : `m ${series.datum}`, labelSize: 18, labelFont: '12px system-ui, sans-serif', labelGap: 0 },
      ],
      hooks: { draw: [u => drawThresholds(u), u => drawFlags(u)], setCursor: [u => this.readOut(u, kind, series)] },
    }, [data.times, data.values], element);
    plot.sensorId = series.sensorId;
    plot.thresholds = thresholds;
    plot.flags = data.flags;
    plot.redraw(true, true);
    return plot;
  }

  /** Only the lower of the two has the times written under it. */
  isLowest(kind) {
    return kind === 'rain' || !this.answer.series.some(s => s.parameter === 'rain');
  }

  readOut(u, kind, series) {
    let tip = u.tip;
    if (!tip) {
      tip = u.tip = document.createElement('div');
      tip.className = 'tip';
      u.over.append(tip);
    }
    const i = u.cursor.idx;
    const value = i === null || i === undefined ? null : u.data[1][i];
    if (value === null || value === undefined) {
      tip.hidden = true;
      return;
    }
    tip.hidden = false;
    tip.textContent = `${dayTime(u.data[0][i] * 1000)}  ${number(value, kind === 'rain' ? 1 : 2)} ${series.unit}`;
    tip.style.left = `${Math.min(u.cursor.left + 10, u.over.clientWidth - tip.offsetWidth - 4)}px`;
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
    if (this.answer) this.show(this.answer, this.span[0] * 1000, this.span[1] * 1000);
  }
}

/** Readings further apart than three usual steps are not joined by a line: nobody knows what was between them. */
function withGaps({ atMs, value, flag }, stepMs, kind) {
  const times = [];
  const values = [];
  const flags = [];
  const usual = stepMs || median(atMs.slice(1).map((t, i) => t - atMs[i]));
  atMs.forEach((t, i) => {
    if (kind === 'level' && i > 0 && usual > 0 && t - atMs[i - 1] > 3 * usual) {
      times.push((atMs[i - 1] + usual) / 1000);
      values.push(null);
      flags.push(MISSING);
    }
    times.push(t / 1000);
    values.push(flag[i] === FAIL ? null : value[i]);
    flags.push(flag[i]);
  });
  return { times, values, flags };
}

function median(numbers) {
  return numbers.length === 0 ? 0 : numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

/** Shows the data and the first threshold above it, so that one sees how far there is to go. */
function levelRange(low, high, thresholds) {
  const lowest = low ?? 0;
  const highest = high ?? 1;
  const above = thresholds.map(t => t.raiseAt).filter(at => at > highest).sort((a, b) => a - b)[0] ?? highest;
  const top = Math.max(highest, above);
  const bottom = Math.min(lowest, 0);
  const room = Math.max(0.1, (top - bottom) * 0.08);
  return [bottom - (lowest < 0 ? room : 0), top + room];
}

function shade(u) {
  const gradient = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
  gradient.addColorStop(0, color('--water-high'));
  gradient.addColorStop(1, color('--water-low'));
  return gradient;
}

function drawThresholds(u) {
  const { ctx, bbox } = u;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  let last = { y: Infinity, end: 0 };
  for (const threshold of u.thresholds ?? []) {
    const y = u.valToPos(threshold.raiseAt, 'y', true);
    if (y < bbox.top || y > bbox.top + bbox.height) continue;
    ctx.strokeStyle = color(`--severity-${threshold.severity}-line`);
    ctx.lineWidth = 1.5 * ratio;
    ctx.setLineDash(threshold.verified ? [] : [6 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    const label = `${number(threshold.raiseAt, 2)}  ${text(threshold, 'title') || threshold.name}`;
    const width = ctx.measureText(label).width + 8 * ratio;
    // beside the one below where they would cover each other
    const x = Math.abs(last.y - y) < 17 * ratio ? last.end + 6 * ratio : bbox.left + 4 * ratio;
    last = { y, end: x + width };
    ctx.fillStyle = color('--card');
    ctx.globalAlpha = 0.75;
    ctx.fillRect(x, y - 17 * ratio, width, 16 * ratio);
    ctx.globalAlpha = 1;
    ctx.fillStyle = color(`--severity-${threshold.severity}-text`);
    ctx.fillText(label, x + 4 * ratio, y - 3 * ratio);
  }
  ctx.restore();
}

function drawFlags(u) {
  const { ctx } = u;
  const ratio = window.devicePixelRatio;
  ctx.save();
  ctx.lineWidth = 1.5 * ratio;
  ctx.strokeStyle = color('--text');
  (u.flags ?? []).forEach((flag, i) => {
    if (flag !== SUSPECT || u.data[1][i] === null || u.data[1][i] === undefined) return;
    const x = u.valToPos(u.data[0][i], 'x', true);
    const y = u.valToPos(u.data[1][i], 'y', true);
    ctx.beginPath();
    ctx.arc(x, y, 4.5 * ratio, 0, 2 * Math.PI);
    ctx.stroke();
  });
  ctx.restore();
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
