// What is drawn on a plot besides its line; u is a uPlot that carries thresholds, expected, flags, failed, late, range and nowS.

import { number, text } from './words.js';

const SUSPECT = 3;

export const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function shade(u) {
  const gradient = u.ctx.createLinearGradient(0, u.bbox.top, 0, u.bbox.top + u.bbox.height);
  gradient.addColorStop(0, color('--water-high'));
  gradient.addColorStop(1, color('--water-low'));
  return gradient;
}

function onPlot(u, draw) {
  const { ctx, bbox } = u;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx, bbox, window.devicePixelRatio, seconds => u.valToPos(seconds, 'x', true), value => u.valToPos(value, 'y', true));
  ctx.restore();
}

/** Bands up to the next one, under everything; or their lines and names, over it. */
export function drawThresholds(u, bands) {
  const rising = [...(u.thresholds ?? [])].sort((a, b) => a.raiseAt - b.raiseAt);
  onPlot(u, (ctx, bbox, ratio, x, y) => {
    if (bands) {
      rising.forEach((threshold, i) => {
        const top = i + 1 < rising.length ? y(rising[i + 1].raiseAt) : bbox.top;
        ctx.globalAlpha = 0.55;
        ctx.fillStyle = color(`--severity-${threshold.severity}-soft`);
        ctx.fillRect(bbox.left, top, bbox.width, y(threshold.raiseAt) - top);
      });
      return;
    }
    ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'left';
    ctx.lineJoin = 'round';
    let last = { y: Infinity, end: 0 };
    for (const threshold of rising) {
      const at = y(threshold.raiseAt);
      if (at < bbox.top || at > bbox.top + bbox.height) continue;
      ctx.strokeStyle = color(`--severity-${threshold.severity}-line`);
      ctx.lineWidth = 1.5 * ratio;
      ctx.setLineDash(threshold.verified ? [] : [6 * ratio, 4 * ratio]);
      ctx.beginPath();
      ctx.moveTo(bbox.left, at);
      ctx.lineTo(bbox.left + bbox.width, at);
      ctx.stroke();
      const label = `${number(threshold.raiseAt, 2)}  ${text(threshold, 'title') || threshold.name}`;
      const width = ctx.measureText(label).width + 8 * ratio;
      // beside the one below where they would cover each other
      const left = Math.abs(last.y - at) < 17 * ratio ? last.end + 6 * ratio : bbox.left + 4 * ratio;
      last = { y: at, end: left + width };
      ctx.setLineDash([]);
      ctx.lineWidth = 4 * ratio;
      ctx.strokeStyle = color('--card');
      ctx.globalAlpha = 0.8;
      ctx.strokeText(label, left + 4 * ratio, at - 3 * ratio);
      ctx.globalAlpha = 1;
      ctx.fillStyle = color(`--severity-${threshold.severity}-text`);
      ctx.fillText(label, left + 4 * ratio, at - 3 * ratio);
    }
  });
}

/** Between the lowest and the highest of each bucket. */
export function drawRange(u) {
  if (!u.range) return;
  onPlot(u, (ctx, bbox, ratio, x, y) => {
    ctx.fillStyle = color('--water');
    ctx.globalAlpha = 0.25;
    ctx.beginPath();
    const points = u.data[0].map((t, i) => [t, u.range.low[i], u.range.high[i]]).filter(p => p[1] !== null && p[1] !== undefined);
    points.forEach(([t, , high], i) => ctx[i === 0 ? 'moveTo' : 'lineTo'](x(t), y(high)));
    points.toReversed().forEach(([t, low]) => ctx.lineTo(x(t), y(low)));
    ctx.fill();
  });
}

/** Now; and when the next threshold is reached: the interval as a bar at its height, its middle as a point, open where it may not be. */
export function drawExpected(u) {
  onPlot(u, (ctx, bbox, ratio, x, y) => {
    if (x(u.nowS) < bbox.left + bbox.width - 2) {
      ctx.strokeStyle = color('--quiet');
      ctx.lineWidth = ratio;
      ctx.setLineDash([2 * ratio, 3 * ratio]);
      ctx.beginPath();
      ctx.moveTo(x(u.nowS), bbox.top);
      ctx.lineTo(x(u.nowS), bbox.top + bbox.height);
      ctx.stroke();
    }
    if (!u.expected) return;
    const { levelM, earliestMs, centralMs, latestMs } = u.expected;
    const at = y(levelM);
    const end = latestMs === null ? bbox.left + bbox.width : x(latestMs / 1000);
    const last = u.data[1].findLastIndex(value => value !== null && value !== undefined);
    ctx.setLineDash([5 * ratio, 4 * ratio]);
    ctx.strokeStyle = color('--water');
    ctx.lineWidth = 2 * ratio;
    if (last >= 0) {
      ctx.beginPath();
      ctx.moveTo(x(u.data[0][last]), y(u.data[1][last]));
      ctx.lineTo(x((centralMs ?? earliestMs) / 1000), at);
      ctx.stroke();
      // the interval as a fan from the newest reading
      ctx.globalAlpha = 0.18;
      ctx.fillStyle = color('--water');
      ctx.beginPath();
      ctx.moveTo(x(u.data[0][last]), y(u.data[1][last]));
      ctx.lineTo(x(earliestMs / 1000), at);
      ctx.lineTo(end, at);
      ctx.fill();
      ctx.globalAlpha = 1;
    }
    ctx.setLineDash([]);
    ctx.lineWidth = 5 * ratio;
    ctx.strokeStyle = color('--text');
    ctx.beginPath();
    ctx.moveTo(x(earliestMs / 1000), at);
    ctx.lineTo(end, at);
    ctx.stroke();
    if (centralMs !== null) {
      ctx.fillStyle = color('--card');
      ctx.lineWidth = 2 * ratio;
      ctx.beginPath();
      ctx.arc(x(centralMs / 1000), at, 5 * ratio, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
  });
}

/** Suspect readings ringed; late ones boxed; failed ones crossed, at the border where they lie far out, so that they do not stretch the axis. */
export function drawFlags(u) {
  onPlot(u, (ctx, bbox, ratio, x, y) => {
    ctx.lineWidth = 1.5 * ratio;
    ctx.strokeStyle = color('--text');
    (u.flags ?? []).forEach((flag, i) => {
      if (flag !== SUSPECT || u.data[1][i] === null || u.data[1][i] === undefined) return;
      ctx.beginPath();
      ctx.arc(x(u.data[0][i]), y(u.data[1][i]), 4.5 * ratio, 0, 2 * Math.PI);
      ctx.stroke();
    });
    (u.late ?? []).forEach(([t, value]) => {
      if (value !== null) ctx.strokeRect(x(t) - 4 * ratio, y(value) - 4 * ratio, 8 * ratio, 8 * ratio);
    });
    ctx.strokeStyle = color('--severity-3-text');
    ctx.lineWidth = 2 * ratio;
    const arm = 4 * ratio;
    (u.failed ?? []).forEach(([t, value]) => {
      const across = x(t);
      const down = Math.min(bbox.top + bbox.height - 2 * arm, Math.max(bbox.top + 2 * arm, value === null ? bbox.top : y(value)));
      ctx.beginPath();
      ctx.moveTo(across - arm, down - arm);
      ctx.lineTo(across + arm, down + arm);
      ctx.moveTo(across + arm, down - arm);
      ctx.lineTo(across - arm, down + arm);
      ctx.stroke();
    });
  });
}
