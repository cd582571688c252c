// The time machine: an instant that is past, stepped and played. Whoever shows things asks it which instant that is.

import { dayTime, fullTime, words } from './words.js';

const MINUTE_MS = 60000;
const PLAY_EVERY_MS = 1500;
const SPAN_MS = 7 * 86400000;
const STEPS = { 'back-hour': -60, 'back-ten': -10, 'on-ten': 10, 'on-hour': 60 };

export class TimeMachine {
  /**
   * @param now the service's clock
   * @param onMove called with the instant, or null for the present
   */
  constructor(bar, opener, now, onMove) {
    Object.assign(this, { bar, opener, now, onMove });
    this.atMs = null;
    this.playing = null;
    this.moving = 0;
    opener.addEventListener('click', () => (this.atMs === null ? this.go(this.now() - 60 * MINUTE_MS) : this.leave()));
    bar.addEventListener('click', event => {
      const act = event.target.closest('[data-past]')?.dataset.past;
      if (act === 'leave') this.leave();
      else if (act === 'play') this.play();
      else if (act) this.stepBy(STEPS[act] * MINUTE_MS);
    });
    bar.addEventListener('input', event => {
      if (event.target.name === 'slide') this.goSoon(this.now() - SPAN_MS + Number(event.target.value) * MINUTE_MS);
    });
    bar.addEventListener('change', event => {
      if (event.target.name !== 'instant') return;
      const at = new Date(event.target.value).getTime();
      if (!Number.isNaN(at)) this.go(at);
    });
    bar.addEventListener('keydown', event => {
      if (event.key === 'Escape') this.leave();
    });
  }

  goSoon(atMs) {
    this.atMs = atMs;
    this.showTime();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.go(atMs), 200);
  }

  go(atMs) {
    const first = this.atMs === null;
    this.atMs = Math.min(Math.floor(atMs / MINUTE_MS) * MINUTE_MS, this.now());
    if (first) {
      this.show();
      this.bar.querySelector('[name="instant"]').focus();
    }
    this.showTime();
    this.moving++;
    Promise.resolve(this.onMove(this.atMs)).finally(() => { this.moving--; });
  }

  stepBy(ms) {
    if (this.atMs + ms >= this.now()) {
      this.stop();
      this.go(this.now());
      return;
    }
    this.go(this.atMs + ms);
  }

  play() {
    if (this.playing) {
      this.stop();
      return;
    }
    // an instant is looked up before the next is asked for
    this.playing = setInterval(() => this.moving === 0 && this.stepBy(10 * MINUTE_MS), PLAY_EVERY_MS);
    this.show();
  }

  stop() {
    clearInterval(this.playing);
    this.playing = null;
    this.show();
  }

  leave() {
    clearTimeout(this.timer);
    clearInterval(this.playing);
    this.playing = null;
    this.atMs = null;
    this.show();
    this.opener.focus();
    this.onMove(null);
  }

  show() {
    const w = words().pastBar;
    this.opener.setAttribute('aria-pressed', String(this.atMs !== null));
    this.bar.hidden = this.atMs === null;
    if (this.atMs === null) return;
    const held = this.bar.contains(document.activeElement) ? document.activeElement : null;
    const step = (act, sign, name) => `<button type="button" data-past="${act}" aria-label="${name}" title="${name}">${sign}</button>`;
    this.bar.innerHTML = `<strong class="past-mark">${w.mark}</strong><span class="past-told"></span>`
      + `<label><span class="unseen">${w.instant}</span><input type="datetime-local" name="instant"></label>`
      + `<div class="steps">${step('back-hour', '«', w.backHour)}${step('back-ten', '‹', w.backTen)}${step('play', this.playing ? '❚❚' : '▶', this.playing ? w.pause : w.play)}${step('on-ten', '›', w.onTen)}${step('on-hour', '»', w.onHour)}</div>`
      + `<input type="range" name="slide" min="0" max="${SPAN_MS / MINUTE_MS}" step="10" aria-label="${w.slide}">`
      + `<button type="button" class="main" data-past="leave">${w.leave}</button>`;
    this.showTime();
    if (held) this.bar.querySelector(held.dataset.past ? `[data-past="${held.dataset.past}"]` : `[name="${held.name}"]`)?.focus();
  }

  showTime() {
    if (this.atMs === null) return;
    const local = new Date(this.atMs - new Date(this.atMs).getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16);
    const instant = this.bar.querySelector('[name="instant"]');
    if (instant !== document.activeElement || this.playing) instant.value = local;
    const slide = this.bar.querySelector('[name="slide"]');
    slide.value = (this.atMs - this.now() + SPAN_MS) / MINUTE_MS;
    slide.setAttribute('aria-valuetext', dayTime(this.atMs));
    this.bar.querySelector('.past-told').textContent = words().pastBar.told(fullTime(this.atMs));
  }
}
