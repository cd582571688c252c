// What an operator does to an alert. The token is asked once and kept for this window only; it never stands in an address.

import { escape } from './symbols.js';
import { dayTime, text, words } from './words.js';

const TOKEN = 'vandvagt.operator.token';
const NAME = 'vandvagt.operator.name';
const LASTING = ['1h', '4h', '8h', '24h', '72h', '168h'];

const kept = { };

function recall(key) {
  try {
    return sessionStorage.getItem(key) ?? kept[key] ?? '';
  } catch {
    return kept[key] ?? '';
  }
}

function keep(key, value) {
  kept[key] = value;
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    // a window that may keep nothing is asked each time
  }
}

const ACTS = {
  acknowledge: alert => `/alerts/${encodeURIComponent(alert.alertId)}/acknowledge`,
  shelve: alert => `/rules/${encodeURIComponent(alert.ruleId)}/shelve`,
  unshelve: alert => `/rules/${encodeURIComponent(alert.ruleId)}/unshelve`,
};

export class OperatorDialog {
  /**
   * @param onDone called when the service has it in its journal
   * @param onLost called with what was to be done, and the alert's id, where its button was written anew meanwhile: the focus is nowhere
   */
  constructor(dialog, onDone, onLost) {
    Object.assign(this, { dialog, onDone, onLost });
    dialog.addEventListener('close', () => {
      if (!document.activeElement || document.activeElement === document.body) this.onLost(this.act, this.alert.alertId);
    });
    dialog.addEventListener('submit', event => {
      event.preventDefault();
      this.send(new FormData(event.target));
    });
    dialog.addEventListener('click', event => {
      if (event.target.closest('[data-close]')) dialog.close();
      if (event.target.closest('[data-forget]')) {
        keep(TOKEN, '');
        this.show();
      }
    });
  }

  open(act, alert) {
    Object.assign(this, { act, alert });
    this.show();
    this.dialog.showModal();
  }

  show(trouble = '') {
    const w = words().operator;
    const known = recall(TOKEN) !== '';
    const shelve = this.act === 'shelve';
    this.dialog.innerHTML = `<form method="dialog">
      <h2 id="operator-title">${w[this.act]}</h2>
      <p><strong>${escape(this.alert.stationName)}</strong> ${escape(text(this.alert, 'title') || this.alert.threshold)}
        <span class="quiet">${words().since} ${dayTime(Date.parse(this.alert.beganAt))}</span></p>
      ${shelve ? `<p class="quiet">${w.shelveMeans}</p><label>${w.lasting}<select name="for">${LASTING.map(each => `<option value="${each}">${w.hours(parseInt(each, 10))}</option>`).join('')}</select></label>` : ''}
      <label>${w.by}<input name="by" required maxlength="100" autocomplete="name" value="${escape(recall(NAME))}"></label>
      <label>${shelve ? w.why : w.note}<textarea name="note" rows="2" maxlength="400" ${shelve ? 'required' : ''}></textarea></label>
      ${known ? `<p class="quiet">${w.tokenKnown} <button type="button" class="plain" data-forget>${w.forget}</button></p>`
    : `<label>${w.token}<input name="token" type="password" required autocomplete="off"><small class="quiet">${w.tokenMore}</small></label>`}
      <p class="trouble" role="alert">${escape(trouble)}</p>
      <div class="buttons"><button type="button" data-close>${w.cancel}</button><button type="submit" class="main">${w[this.act]}</button></div>
    </form>`;
    this.dialog.querySelector(known && recall(NAME) ? '[name="note"]' : '[name="by"]').focus();
  }

  async send(form) {
    const w = words().operator;
    const token = form.get('token') ?? recall(TOKEN);
    keep(NAME, form.get('by'));
    const body = { by: form.get('by'), note: form.get('note') };
    if (form.get('for')) body.for = form.get('for');
    if (this.act === 'acknowledge') body.severity = this.alert.severity;
    try {
      const response = await fetch(ACTS[this.act](this.alert), {
        method: 'POST', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, body: JSON.stringify(body),
      });
      if (response.ok) {
        keep(TOKEN, token);
        this.dialog.close();
        this.onDone();
        return;
      }
      if (response.status === 401) keep(TOKEN, '');
      const problem = await response.json().catch(() => ({}));
      this.refused(body, response.status === 401 ? w.refused : `${problem.title ?? response.status}: ${problem.detail ?? ''}`);
    } catch {
      this.refused(body, w.unreachable);
    }
  }

  /** Nothing that was typed is lost. */
  refused(body, trouble) {
    this.show(trouble);
    for (const [name, value] of Object.entries(body)) {
      const field = this.dialog.querySelector(`[name="${name}"]`);
      if (field) field.value = value;
    }
  }
}
