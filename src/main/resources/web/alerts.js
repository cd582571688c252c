// The alerts: those that stand, the worst first, then those that were, as far as they are asked for.

import { aside } from './aside.js';
import { askJson, ofWhatIsSeen, parameters, seenBelow } from './ask.js';
import { symbol, escape } from './symbols.js';
import { dayTime, number, shortestTime, text, words } from './words.js';

const PAST_SHOWN = 50;
const DAY_MS = 86400000;
const SPANS_DAYS = [1, 7, 30, 365];

export class AlertList {
  /**
   * @param nameOf (station id): its name
   * @param onAct (what, alert): an operator's wish
   */
  constructor(element, filters, standing, history, nameOf, onPick, onAct) {
    Object.assign(this, { element, filters, standing, history, nameOf, onAct });
    this.asOfMs = null;
    this.stationId = null;
    this.asked = 0;
    this.clear();
    this.wanted = { severity: '', days: '7', here: false };
    element.addEventListener('click', event => {
      const act = event.target.closest('[data-act]');
      if (act) {
        this.onAct(act.dataset.act, this.answer.alerts.find(alert => alert.alertId === act.dataset.alert));
        return;
      }
      const row = event.target.closest('[data-station]');
      if (row) onPick(row.dataset.station);
    });
    filters.addEventListener('change', event => {
      const { name, value, checked, type } = event.target;
      this.wanted[name] = type === 'checkbox' ? checked : value;
      this.epoch = { answer: 0, past: 0 };
      this.refresh();
    });
  }

  /** Asked for again a little after a transition: the list is a second behind the stream. */
  refreshSoon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.refresh();
    }, 1200);
  }

  /** Nothing is known of what is to be shown now, and no answer to an earlier question is one to it. */
  clear() {
    this.epoch = { answer: 0, past: 0 };
    this.answer = null;
    this.past = null;
  }

  async refresh() {
    const { epoch } = this;
    const turn = ++this.asked;
    const asOf = this.asOfMs === null ? null : Math.floor(this.asOfMs);
    const nowMs = this.asOfMs ?? (Date.parse(this.answer?.asOf) || Date.now());
    // those that stand do not wait for those that were, which the database has
    await Promise.all([
      askJson(ofWhatIsSeen(`/alerts?${parameters({ state: 'active', limit: 500, asOf })}`)).then(found => this.took('answer', found, epoch, turn)),
      askJson(ofWhatIsSeen(`/alerts?${parameters({
        state: 'past', limit: PAST_SHOWN, asOf, severity: this.wanted.severity, station: this.wanted.here ? this.stationId : null,
        from: Math.floor(nowMs - Number(this.wanted.days) * DAY_MS),
      })}`)).then(found => this.took('past', found, epoch, turn)),
    ]);
  }

  /** The banner tells where the connection is gone; an answer to a later question is not overwritten by one to an earlier. */
  took(part, found, epoch, turn) {
    if (!found || epoch !== this.epoch || turn < epoch[part]) return;
    epoch[part] = turn;
    this[part] = found;
    this.show();
    this.onShown?.();
  }

  /** Whether it is known which alerts stand. */
  isKnown() {
    return this.answer !== null;
  }

  active() {
    return this.answer?.alerts ?? [];
  }

  choose(stationId) {
    this.stationId = stationId;
    if (this.wanted.here) this.refresh();
  }

  showFilters() {
    const w = words().history;
    const options = (chosen, all) => all.map(([value, name]) => `<option value="${value}" ${String(value) === chosen ? 'selected' : ''}>${name}</option>`).join('');
    this.filters.innerHTML = `<label><span class="unseen">${w.severity}</span><select name="severity">${options(this.wanted.severity, [['', w.all], ['yellow', w.yellow], ['orange', w.orange], ['red', w.red]])}</select></label>`
      + `<label><span class="unseen">${w.days}</span><select name="days">${options(this.wanted.days, SPANS_DAYS.map(n => [n, w.lastDays(n)]))}</select></label>`
      + `<label class="here"><input type="checkbox" name="here" ${this.wanted.here ? 'checked' : ''}> ${w.here}</label>`;
  }

  /** On what can be done to an alert, or on the alert where that cannot be done any more. */
  focus(act, id) {
    const keyed = word => this.element.querySelector(`[data-key="${CSS.escape(`${word} ${id}`)}"]`);
    (keyed(act) ?? keyed('station'))?.focus({ preventScroll: true });
  }

  show() {
    const w = words();
    const held = this.element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
    const mayAct = this.asOfMs === null && !seenBelow();
    const active = this.active();
    const { alerts: past, historyAvailable } = this.past ?? { alerts: [], historyAvailable: true };
    this.standing.innerHTML = !this.answer ? `<p class="quiet">${w.waiting}</p>` : `<h3>${w.active} <span class="count">${active.length}</span></h3>`
      + (active.length ? `<ul class="standing">${active.map(alert => row(alert, mayAct)).join('')}</ul>` : `<p class="quiet">${w.noActive}</p>`)
      + aside(this.answer, this.nameOf);
    this.history.innerHTML = !this.past ? `<p class="quiet">${w.waiting}</p>` : (past.length ? `<ul class="past">${past.map(alert => row(alert, false)).join('')}</ul>` : `<p class="quiet">${w.noAlerts}</p>`)
      + (historyAvailable ? '' : `<p class="quiet">${w.historyAway}</p>`);
    if (held) {
      const [act, id] = held.split(' ');
      this.focus(act, id);
    }
  }
}

function row(alert, mayAct) {
  const w = words();
  const active = alert.state === 'active';
  const severity = active ? alert.severity : alert.highestSeverity;
  const silent = active && (alert.silent || alert.transition === 'stale');
  const digits = { mm: 1, members: 0 }[alert.unit] ?? 2;
  const unit = [w.unit[alert.unit] ?? alert.unit, alert.datum].filter(Boolean).join(' ');
  const began = Date.parse(alert.beganAt);
  const when = active ? `${w.since} ${dayTime(began)}` : `${dayTime(began)} ${w.until} ${dayTime(Date.parse(alert.endedAt))}`;
  const peakAt = Date.parse(alert.peakAt);
  const remarks = [
    // of the past it is not always known
    alert.peak === null ? '' : `${w.peak} ${number(alert.peak, digits)} ${unit}${Number.isNaN(peakAt) ? '' : ` (${shortestTime(peakAt, began)})`}`,
    silent ? w.silent : '',
    alert.state === 'withdrawn' ? w.withdrawn : '',
    alert.unconfirmed ? w.unconfirmed : '',
    alert.late ? w.late : '',
    alert.possible ? w.possible : '',
    w.cause[alert.cause] ?? '',
    alert.transition === 'corrected' ? w.transition.corrected : '',
    active && alert.shelvedUntil ? `${w.shelved} ${dayTime(Date.parse(alert.shelvedUntil))}${alert.shelvedBy ? ` (${alert.shelvedBy}: ${alert.shelvedNote ?? ''})` : ''}` : '',
    alert.state === 'out_of_service' && alert.cause !== 'maintenance' ? w.outOfService : '',
    alert.acknowledgedBy ? `✓ ${w.acknowledged} ${alert.acknowledgedBy}${alert.note ? `: ${alert.note}` : ''}` : '',
  ].filter(Boolean).join(' · ');
  const action = active ? text(alert, 'action') : '';
  const button = act => `<button type="button" data-act="${act}" data-alert="${escape(alert.alertId)}" data-key="${act} ${escape(alert.alertId)}"`
    + ` aria-label="${escape(`${w.operator[act]}: ${alert.stationName}, ${text(alert, 'title') || alert.threshold}`)}">${w.operator[act]}</button>`;
  const acts = mayAct ? `<div class="acts">${alert.acknowledgedBy ? '' : button('acknowledge')}${button(alert.shelvedUntil ? 'unshelve' : 'shelve')}</div>` : '';
  return `<li class="alert severity-${severity}${active ? '' : ' over'}"><button type="button" class="alert-main" data-station="${escape(alert.stationId)}" data-key="station ${escape(alert.alertId)}">`
    + symbol({ state: 'active', severity, stale: silent })
    + `<span class="alert-text"><strong>${escape(alert.stationName)}</strong> <span>${escape(text(alert, 'title') || alert.threshold)}</span>`
    + `<span class="quiet">${escape(when)} · ${escape(remarks)}</span>`
    + (action ? `<span class="action">${escape(action)}</span>` : '')
    + `</span><span class="unseen">${w.severity[severity]}</span></button>${acts}</li>`;
}
