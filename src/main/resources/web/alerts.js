// The list of alerts: those that stand, the worst first, then those that were.

import { symbol, escape } from './symbols.js';
import { dayTime, number, text, words } from './words.js';

const PAST_SHOWN = 30;

export class AlertList {
  constructor(element, onPick) {
    this.element = element;
    this.onPick = onPick;
    this.answer = null;
    element.addEventListener('click', event => {
      const row = event.target.closest('[data-station]');
      if (row) this.onPick(row.dataset.station);
    });
  }

  /** Asked for again a little after a transition: the list is a second behind the stream. */
  refreshSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 1200);
  }

  async refresh() {
    try {
      const answer = await fetch('/alerts?limit=100');
      if (answer.ok) {
        this.answer = await answer.json();
        this.show();
      }
    } catch {
      // the banner tells that the connection is gone
    }
  }

  active() {
    return (this.answer?.alerts ?? []).filter(alert => alert.state === 'active');
  }

  show() {
    const w = words();
    if (!this.answer) {
      this.element.innerHTML = `<p class="quiet">${w.waiting}</p>`;
      return;
    }
    const active = this.active();
    const past = this.answer.alerts.filter(alert => alert.state !== 'active').slice(0, PAST_SHOWN);
    this.element.innerHTML = `<h3>${w.active} <span class="count">${active.length}</span></h3>`
      + (active.length ? `<ul>${active.map(row).join('')}</ul>` : `<p class="quiet">${w.noActive}</p>`)
      + `<h3>${w.past}</h3>`
      + (past.length ? `<ul class="past">${past.map(row).join('')}</ul>` : `<p class="quiet">${w.noAlerts}</p>`)
      + (this.answer.historyAvailable ? '' : `<p class="quiet">${w.historyAway}</p>`);
  }
}

function row(alert) {
  const w = words();
  const active = alert.state === 'active';
  const severity = active ? alert.severity : alert.highestSeverity;
  const silent = active && (alert.silent || alert.transition === 'stale');
  const digits = alert.unit === 'mm' ? 1 : 2;
  const unit = [alert.unit, alert.datum].filter(Boolean).join(' ');
  const began = Date.parse(alert.beganAt);
  const when = active ? `${w.since} ${dayTime(began)}` : `${dayTime(began)} ${w.until} ${dayTime(Date.parse(alert.endedAt))}`;
  const remarks = [
    `${w.peak} ${number(alert.peak, digits)} ${unit}`,
    silent ? w.silent : '',
    alert.state === 'withdrawn' ? w.withdrawn : '',
    alert.unconfirmed ? w.unconfirmed : '',
    alert.late ? w.late : '',
    alert.possible ? w.possible : '',
    w.cause[alert.cause] ?? '',
    alert.transition === 'corrected' ? w.transition.corrected : '',
    active && alert.shelvedUntil ? `${w.shelved} ${dayTime(Date.parse(alert.shelvedUntil))}` : '',
    alert.state === 'out_of_service' && alert.cause !== 'maintenance' ? w.outOfService : '',
    alert.acknowledgedBy ? `${w.acknowledged} ${alert.acknowledgedBy}` : '',
  ].filter(Boolean).join(' · ');
  const action = active ? text(alert, 'action') : '';
  return `<li><button type="button" class="alert severity-${severity}${active ? '' : ' over'}" data-station="${escape(alert.stationId)}">`
    + symbol({ state: 'active', severity, stale: silent })
    + `<span class="alert-text"><strong>${escape(alert.stationName)}</strong> <span>${escape(text(alert, 'title') || alert.threshold)}</span>`
    + `<span class="quiet">${escape(when)} · ${escape(remarks)}</span>`
    + (action ? `<span class="action">${escape(action)}</span>` : '')
    + `</span><span class="unseen">${w.severity[severity]}</span></button></li>`;
}
