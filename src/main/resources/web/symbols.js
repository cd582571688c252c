// One shape for each state, so that nothing is told by colour alone: circle, diamond, triangle, octagon; hollow where unknown.

import { dayTime, number, words } from './words.js';

const SHAPES = [
  '<circle cx="16" cy="16" r="9"/>',
  '<path d="M16 4 28 16 16 28 4 16z"/>',
  '<path d="M16 4 29.500 27h-27z"/>',
  '<path d="M11 3.500h10l7.500 7.500v10L21 28.500H11L3.500 21V11z"/>',
];
/** Corners of the same shapes for a canvas, of one that is 1 wide to each side. */
export const CORNERS = [
  [],
  [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  [[0, -1.2], [1.3, 1.1], [-1.3, 1.1]],
  [[-0.5, -1.2], [0.5, -1.2], [1.2, -0.5], [1.2, 0.5], [0.5, 1.2], [-0.5, 1.2], [-1.2, 0.5], [-1.2, -0.5]],
];
const MARKS = ['', '1', '2', '3'];

/** The name of what is shown, for classes: normal, pending, silent, severity-1 … severity-3. */
export function look(station) {
  if (station.state === 'active') return `severity-${station.severity}`;
  return ['stale', 'out_of_service', 'unknown'].includes(station.state) ? 'silent' : station.state;
}

/** SVG of a station's or an alert's state; the text beside it tells the same to those who do not see it. */
export function symbol(station) {
  const severity = station.state === 'active' ? station.severity : 0;
  const kind = look(station);
  const question = kind === 'silent' ? '?' : MARKS[severity];
  const y = severity === 2 ? 24 : 20.500;
  const ring = kind === 'pending' ? '<circle class="ring" cx="16" cy="16" r="13"/>' : severity > 0 ? '<circle class="pulse" cx="16" cy="16" r="14"/>' : '';
  const cross = severity > 0 && station.stale ? '<g class="gone"><circle cx="26" cy="7" r="6"/><text x="26" y="10.500">?</text></g>' : '';
  return `<svg class="symbol ${kind}" viewBox="0 0 32 32" aria-hidden="true">${ring}<g class="shape">${SHAPES[severity]}</g>`
    + `<text x="16" y="${y}">${question}</text>${cross}</svg>`;
}

/**
 * A station's newest figures. What a silent sensor said last stands in brackets with its time and without a trend: old data is
 * not shown as new.
 */
export function figures(p) {
  const silent = at => ` (${dayTime(Date.parse(at))})`;
  const found = [];
  if (p.levelM !== undefined && p.levelM !== null) {
    found.push(p.levelStale
      ? { text: `${number(p.levelM, 2)} m${silent(p.levelObservedAt)}`, old: true }
      : { text: `${number(p.levelM, 2)} m ${arrow(p.trend30min)}`, old: false });
  }
  if (p.rainMm1h !== undefined && p.rainMm1h !== null) {
    found.push(p.rainStale
      ? { text: `${number(p.rainMm1h, 1)} mm/1h${silent(p.rainObservedAt)}`, old: true }
      : { text: `${number(p.rainMm1h, 1)} mm/1h`, old: false });
  }
  return found;
}

export const arrow = trend => ({ rising: '↗', falling: '↘', steady: '→' })[trend] ?? '';

/** For those who do not see shape and colour. */
export const stateWords = p => (p.state === 'active' ? `${words().state.active} ${words().severity[p.severity]}` : words().state[p.state])
  + (p.state === 'active' && p.stale ? `, ${words().silent}` : '');

const RANK = { active: 0, pending: 1, stale: 2, out_of_service: 3, unknown: 4, normal: 5 };

/** The worst first; then those that measure a level. */
export const byGravity = (a, b) => b.properties.severity - a.properties.severity
  || RANK[a.properties.state] - RANK[b.properties.state]
  || Number(b.properties.levelM !== undefined) - Number(a.properties.levelM !== undefined);

const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escape = words => String(words ?? '').replace(/[&<>"']/g, sign => ESCAPES[sign]);
