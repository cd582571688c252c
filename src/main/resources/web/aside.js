// What stands beside the alerts: what a person must look at, and what raises no alarm just now because somebody said so.

import { escape } from './symbols.js';
import { dayTime, words } from './words.js';

/** @param nameOf (station id): its name */
export function aside(answer, nameOf) {
  const w = words().aside;
  const calls = answer.operatorCalls.map(call => line(
    [call.stationId && nameOf(call.stationId), call.sensorId].filter(Boolean).join(' · '),
    w.calls[call.kind] ?? call.kind,
    `${dayTime(Date.parse(call.last))}${call.times > 1 ? ` · ${call.times} ×` : ''}`,
  ));
  const standing = new Set(answer.alerts.map(alert => alert.ruleId));
  const quiet = answer.outOfService.map(each => line(each.sensorId, each.maintenance ? w.maintenance : words().state.out_of_service, said(each)))
    // beside an alert that stands it is told there
    .concat(answer.shelved.filter(each => !standing.has(each.ruleId)).map(each => line(each.ruleId, w.shelved, said(each))));
  return list('calls', w.title, calls) + list('quiet', w.quiet, quiet);
}

const line = (name, what, more) => `<li><strong>${escape(name)}</strong> ${escape(what)} <span class="quiet">${escape(more)}</span></li>`;

const said = each => `${dayTime(Date.parse(each.since))}${each.until ? ` ${words().until} ${dayTime(Date.parse(each.until))}` : ''} · ${each.by}${each.note ? `: ${each.note}` : ''}`;

const list = (kind, title, lines) => (lines.length === 0 ? ''
  : `<h3>${title} <span class="count">${lines.length}</span></h3><ul class="aside ${kind}">${lines.join('')}</ul>`);
