// A drill beside the real thing: said to everybody while it runs; whoever wants to sees it instead, and it is marked as one.

import { askJson } from './ask.js';
import { escape } from './symbols.js';
import { dayTime, words } from './words.js';

const LOOK_EVERY_MS = 10000;

export class DrillBar {
  /** @param onSee (whether the drill is looked at) */
  constructor(bar, onSee) {
    Object.assign(this, { bar, onSee });
    this.drill = null;
    this.seen = false;
    bar.addEventListener('click', event => {
      if (event.target.closest('button')) this.see(!this.seen);
    });
    this.look();
    setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  async look() {
    const found = await askJson('/drill');
    if (!found) return;
    const before = this.drill?.runId;
    this.drill = found.running ? found : null;
    if (this.seen && !this.drill) this.see(false);
    else if (before !== this.drill?.runId) this.show();
  }

  see(seen) {
    this.seen = seen;
    this.show();
    this.onSee(seen);
  }

  show() {
    const w = words().drill;
    this.bar.hidden = this.drill === null;
    if (!this.drill) return;
    this.bar.innerHTML = `<strong>${w.mark}</strong><span>${this.seen ? w.seen : w.runs} ${escape(`${this.drill.by}: ${this.drill.note} · ${w.until} ${dayTime(Date.parse(this.drill.until))}`)}</span>`
      + `<button type="button" class="main">${this.seen ? w.leave : w.see}</button>`;
  }
}
